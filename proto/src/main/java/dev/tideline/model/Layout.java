package dev.tideline.model;

import java.nio.charset.StandardCharsets;

/**
 * How mutations are laid on partitions, for the life of an installation: by xxHash64 of the zone
 * alone, so that all namespaces of a zone lie together.
 */
public record Layout(int partitions) {

  /** Of the records on disk and the frames on the stream. */
  public static final int FORMAT_VERSION = 1;

  /** Told by the hub and kept by every edge; another one is refused. */
  public static final String HASH = "xxh64-zone";

  /** Most partitions of an installation. */
  public static final int PARTITIONS_MAX = 64;

  public Layout {
    if (partitions != 1 && partitions != PARTITIONS_MAX) {
      throw new InvalidInputException(
          "partitions %d: an installation has %d, or 1 if its first start says so"
              .formatted(partitions, PARTITIONS_MAX));
    }
  }

  /** The partition of a key, from 0. */
  public int partitionOf(Key key) {
    return key.zoneHash() & (partitions - 1);
  }

  /** The partition of a zone, from 0. */
  public int partitionOf(String zone) {
    return (int) (XxHash64.hash(zone.getBytes(StandardCharsets.UTF_8)) & (partitions - 1));
  }
}
