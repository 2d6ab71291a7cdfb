package dev.tideline.store;

import java.util.ArrayDeque;
import java.util.List;

/**
 * Tells how much of a log that is no longer needed is kept all the same: for a time, or until it
 * takes more than a budget of bytes, oldest first. It knows the log's age only at marks, which are
 * set now and then; so what is kept is a little more than the window, never less.
 *
 * <p>Safe for threads: how far it reaches is a metric.
 */
public final class RetentionWindow {

  private final long bytesMax;
  private final long ageMaxMs;
  private final ArrayDeque<Mark> marks = new ArrayDeque<>();

  /**
   * A place in a log.
   *
   * @param position of the first record behind it
   * @param wallMs when that was the log's end, in milliseconds since 1970
   * @param bytes appended to the log before it, ever
   */
  public record Mark(long position, long wallMs, long bytes) {}

  /**
   * A window.
   *
   * @param bytesMax what may be kept beyond need
   * @param ageMaxMs for how long
   */
  public RetentionWindow(long bytesMax, long ageMaxMs) {
    this.bytesMax = bytesMax;
    this.ageMaxMs = ageMaxMs;
  }

  /** Sets a mark at the log's end; marks ascend. */
  public synchronized void note(Mark mark) {
    marks.addLast(mark);
  }

  /** The marks that still count, ascending. */
  public synchronized List<Mark> marks() {
    return List.copyOf(marks);
  }

  /**
   * The position before which records may go; 0 if all are to be kept. Marks before it are
   * forgotten.
   *
   * @param wallMs milliseconds since 1970
   * @param bytes appended to the log, ever
   * @param neededFrom nothing from this position on may go
   */
  public synchronized long cut(long wallMs, long bytes, long neededFrom) {
    long cut = reach(wallMs, bytes, neededFrom);
    while (!marks.isEmpty() && marks.getFirst().position() < cut) {
      marks.removeFirst();
    }
    return cut;
  }

  /** What {@link #cut} would tell; no mark is forgotten. */
  public synchronized long reach(long wallMs, long bytes, long neededFrom) {
    long reach = 0;
    for (var mark : marks) {
      boolean old = wallMs - mark.wallMs() > ageMaxMs;
      boolean tooMuch = bytes - mark.bytes() > bytesMax;
      if (mark.position() > neededFrom || !(old || tooMuch)) {
        break;
      }
      reach = mark.position();
    }
    return reach;
  }

  /**
   * The latest mark with more than so many bytes behind it; 0 if there is none.
   *
   * @param bytes appended to the log, ever
   */
  public synchronized long before(long bytes, long bytesBehind) {
    long before = 0;
    for (var mark : marks) {
      if (bytes - mark.bytes() > bytesBehind) {
        before = mark.position();
      }
    }
    return before;
  }

  /** How far back the oldest mark reaches, in milliseconds; 0 without one. */
  public synchronized long reachedMs(long wallMs) {
    return marks.isEmpty() ? 0 : Math.max(0, wallMs - marks.getFirst().wallMs());
  }
}
