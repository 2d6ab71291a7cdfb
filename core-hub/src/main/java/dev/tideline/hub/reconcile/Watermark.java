package dev.tideline.hub.reconcile;

/**
 * Up to where the mutations of one source in one partition have been decided.
 *
 * @param sequence the highest decided; 0 for none
 * @param contentHash of the mutation there
 */
public record Watermark(long sequence, long contentHash) {

  /** Nothing has been decided. */
  public static final Watermark NONE = new Watermark(0, 0);
}
