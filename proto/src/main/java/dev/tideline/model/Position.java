package dev.tideline.model;

/**
 * A place in the history of one partition.
 *
 * @param term one ownership of the partition by a hub; 0 before the first
 * @param revision dense number of a decision, from 1; 0 before the first
 */
public record Position(long term, long revision) {

  /** Before everything. */
  public static final Position START = new Position(0, 0);

  public Position {
    if (revision < 0) {
      throw new InvalidInputException("revision %d is below 0".formatted(revision));
    }
  }

  @Override
  public String toString() {
    return "%x@%d".formatted(term, revision);
  }
}
