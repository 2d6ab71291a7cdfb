package dev.tideline.hub.reconcile;

/**
 * Up to where the mutations of one source in one partition have been decided.
 *
 * @param sequence the highest decided; 0 for none
 * @param contentHash of the mutation there; 0 if there is none, or none that anybody retains
 */
public record Watermark(long sequence, long contentHash) {

  /** Nothing has been decided. */
  public static final Watermark NONE = new Watermark(0, 0);

  /** Whatever comes is too late: it was decided, or will not be. */
  public static final Watermark FORGOTTEN = new Watermark(Long.MAX_VALUE, 0);

  /**
   * Whether nothing lies between this and a mutation above it. One that rose over what nobody
   * retains may stand at a sequence of no mutation of the partition: what an edge knew of a copy of
   * its own, or of another partition.
   *
   * @param previous the sequence before, by the mutation's own account
   */
  boolean isFollowedBy(long previous) {
    boolean below = Long.compareUnsigned(previous, sequence) < 0;
    return previous == sequence || (contentHash == 0 && below);
  }
}
