package dev.tideline.model;

import java.util.regex.Pattern;

/**
 * What a write returns: the mutation's id and its partition, so that any node finds what became of
 * it without an index of all mutations. Written as {@code edge.incarnation.sequence.partition}, the
 * incarnation in hexadecimal.
 */
public record Receipt(MutationId id, int partition) {

  private static final Pattern FORM =
      Pattern.compile("([a-z][a-z0-9-]{0,62})\\.([0-9a-f]{1,16})\\.([0-9]{1,18})\\.([0-9]{1,2})");

  /**
   * Reads the written form.
   *
   * @throws InvalidInputException if it is not one
   */
  public static Receipt parse(String text) {
    var match = FORM.matcher(text);
    if (!match.matches()) {
      throw new InvalidInputException(
          "'%s' is not a receipt: a receipt looks like edge-a.18c3f2a9b0d40001.42.17"
              .formatted(text));
    }
    var id =
        new MutationId(
            new EdgeId(match.group(1)),
            Long.parseUnsignedLong(match.group(2), 16),
            Long.parseLong(match.group(3)));
    int partition = Integer.parseInt(match.group(4));
    if (partition >= Layout.PARTITIONS_MAX) {
      throw new InvalidInputException(
          "'%s' is not a receipt: there are partitions 0 to %d"
              .formatted(text, Layout.PARTITIONS_MAX - 1));
    }
    return new Receipt(id, partition);
  }

  @Override
  public String toString() {
    return id + "." + partition;
  }
}
