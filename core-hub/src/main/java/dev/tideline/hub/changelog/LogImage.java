package dev.tideline.hub.changelog;

import dev.tideline.model.HybridTime;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What is known of the log at one position.
 *
 * @param position of the last record then
 * @param bytes appended until then, ever
 * @param clock the latest reading of the hybrid clock
 * @param pages of the index, ascending; the last one stands behind the position
 */
public record LogImage(long position, long bytes, HybridTime clock, List<Page> pages) {

  /** Every revision of a partition above its head here lies at or behind the position. */
  public static final class Page {
    private final long position;
    private final long[] heads;

    /** A page with the heads of all partitions. */
    public Page(long position, long... heads) {
      this.position = position;
      this.heads = heads.clone();
    }

    /** Of the first record behind the heads. */
    public long position() {
      return position;
    }

    /** The head of a partition before that record. */
    public long head(int partition) {
      return heads[partition];
    }

    /** The heads of all partitions. */
    public LongStream heads() {
      return LongStream.of(heads);
    }

    void raise(int partition, long head) {
      heads[partition] = head;
    }
  }
}
