package dev.tideline.hub.changelog;

import dev.tideline.hub.changelog.LogImage.Page;
import java.util.ArrayList;
import java.util.List;

/**
 * From a partition's revision to a position in the log at or before it. The log is cut into pages;
 * for each the index keeps the heads of all partitions before its first record, so a reader skips
 * at most {@value #RECORDS_PER_PAGE} records, and how far back the log reaches is known for every
 * partition however quiet it is. Safe for threads.
 */
final class RevisionIndex {

  /** With 64 partitions half a byte of heap for each record of the log. */
  static final int RECORDS_PER_PAGE = 1024;

  private final long[] heads;
  private final List<Page> pages = new ArrayList<>();

  RevisionIndex(int partitions) {
    heads = new long[partitions];
  }

  /** Notes that a record lies at the position; records arrive in the order of the log. */
  synchronized void add(long position) {
    if (pages.isEmpty() || position >= pages.getLast().position() + RECORDS_PER_PAGE) {
      pages.add(new Page(position, heads));
    }
  }

  /** Notes that the record just added goes on with these revisions of a partition. */
  synchronized void add(int partition, long firstRevision, long lastRevision) {
    if (firstRevision > heads[partition] + 1) {
      // The log was truncated: nothing before this revision lies in any page.
      pages.forEach(page -> page.raise(partition, firstRevision - 1));
    }
    heads[partition] = lastRevision;
  }

  /** All pages, and one more that stands behind the log's last record. */
  synchronized List<Page> image(long lastPosition) {
    var image = new ArrayList<Page>(pages);
    image.add(new Page(lastPosition + 1, heads));
    return image;
  }

  /** Takes what {@link #image} told, except what lies before the log's first record. */
  synchronized void restore(List<Page> image, long firstPosition) {
    var behind = image.getLast();
    for (int partition = 0; partition < heads.length; partition++) {
      heads[partition] = behind.head(partition);
    }
    image.stream()
        .filter(page -> page.position() >= firstPosition && page.position() < behind.position())
        .forEach(pages::add);
  }

  /** The log gave up what is before the position. */
  synchronized void truncateBefore(long position) {
    int gone = 0;
    while (gone < pages.size() && pages.get(gone).position() < position) {
      gone++;
    }
    pages.subList(0, gone).clear();
  }

  /**
   * The first revision of a partition from which on all are held; it may be up to a page of the log
   * later than what is held in truth.
   */
  synchronized long firstRevision(int partition) {
    return (pages.isEmpty() ? heads[partition] : pages.getFirst().head(partition)) + 1;
  }

  /**
   * A position at or before the record that holds the revision; {@code beyond} if it is before
   * {@link #firstRevision}.
   */
  synchronized long floor(int partition, long revision, long beyond) {
    int low = 0;
    int high = pages.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (pages.get(middle).head(partition) < revision) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? beyond : pages.get(low - 1).position();
  }
}
