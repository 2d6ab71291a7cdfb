package dev.tideline.model;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * One value that a key has, with what is needed to judge whether somebody saw it.
 *
 * @param origins who wrote it; more than one where duplicates joined
 * @param revision of the decision that made it; 0 while pending
 * @param contentType as given by the writer; empty for a tombstone or a counter
 */
public record Version(
    List<MutationId> origins,
    long revision,
    HybridTime time,
    String contentType,
    ByteString value,
    boolean tombstone) {

  /** Bounds a key's state; an edge repeats a key at most once, so this many edges may repeat it. */
  public static final int ORIGINS_MAX = 256;

  public Version {
    origins = List.copyOf(origins);
    if (origins.isEmpty()) {
      throw new InvalidInputException("a version has at least one origin");
    }
  }

  /** Whether the hub has decided it. */
  public boolean decided() {
    return revision > 0;
  }

  /** The mutation that wrote it first. */
  public MutationId origin() {
    return origins.getFirst();
  }

  /** The same version with one more origin. */
  public Version joinedBy(MutationId other) {
    var joined = new ArrayList<>(origins);
    joined.add(other);
    return new Version(joined, revision, time, contentType, value, tombstone);
  }
}
