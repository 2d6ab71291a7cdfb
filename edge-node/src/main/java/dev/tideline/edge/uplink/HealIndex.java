package dev.tideline.edge.uplink;

import dev.tideline.edge.journal.Journal;
import dev.tideline.edge.journal.JournalReader;
import dev.tideline.model.Layout;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.OptionalInt;

/**
 * Goes through some mutations of the journal by partition, and within a partition in the journal's
 * order. The journal may hold far more than the heap does, so only places are kept, and of these no
 * more than a bound: the lowest in the order that is wanted. When they are used up the journal is
 * read once more, from where the first wanted one lies, for those that come next. For one thread at
 * a time.
 */
final class HealIndex implements AutoCloseable {

  /** 8 MiB of places; a journal of a day at a hundred writes a second is read some ten times. */
  static final int ENTRIES_MAX = 1 << 20;

  private static final int ENTRIES_FIRST = 1 << 10;

  /** A place is a partition above a position of the journal, so that numbers order places. */
  private static final int POSITION_BITS = 56;

  private static final long POSITION_MASK = (1L << POSITION_BITS) - 1;

  /** Reading on over as many costs less than opening a reader elsewhere. */
  private static final long SKIPPED_MAX = 64;

  static {
    if (Layout.PARTITIONS_MAX > 1 << (Long.SIZE - 1 - POSITION_BITS)) {
      throw new AssertionError("a partition fits above a position without touching the sign");
    }
  }

  /** Which mutations are gone through. */
  interface Wanted {
    /** The partition of the mutation under the reader; empty if it is passed over. */
    OptionalInt partition(JournalReader reader);
  }

  private final Journal journal;
  private final Wanted wanted;
  private final int entriesMax;

  /** Stands before everything wanted, so that the journal does not give it back meanwhile. */
  private final JournalReader anchor;

  private long from;
  private long[] entries;
  private int size;
  private int next;

  /** The last place taken; 0 before the first. */
  private long taken;

  private boolean complete;
  private JournalReader reader;
  private boolean ahead;

  /**
   * An index of what the journal holds at the moment.
   *
   * @param entriesMax places kept at once, at least 2
   */
  HealIndex(Journal journal, Wanted wanted, int entriesMax) {
    this.journal = journal;
    this.wanted = wanted;
    this.entriesMax = entriesMax;
    entries = new long[Math.min(ENTRIES_FIRST, entriesMax)];
    from = journal.first();
    anchor = journal.read(from);
    reader = journal.read(from);
  }

  /** Whether there is another one. */
  boolean hasNext() {
    if (next == size && !complete) {
      gather();
    }
    return next < size;
  }

  /** The next one, under a reader that is to be left where it is. */
  JournalReader peek() {
    if (!hasNext()) {
      throw new NoSuchElementException("everything was taken");
    }
    if (!ahead) {
      goTo(entries[next] & POSITION_MASK);
      ahead = true;
    }
    return reader;
  }

  /** The next one is done with. */
  void take() {
    taken = entries[next++];
    ahead = false;
  }

  private void goTo(long position) {
    long stands = next == 0 ? Long.MAX_VALUE : entries[next - 1] & POSITION_MASK;
    if (position < stands || position - stands > SKIPPED_MAX) {
      reader.close();
      reader = journal.read(position);
    }
    do {
      if (!reader.next()) {
        throw new IllegalStateException("the journal ends before position " + position);
      }
    } while (reader.position() < position);
  }

  /** Keeps the places of the lowest behind the last one taken, as many as there is room for. */
  private void gather() {
    size = 0;
    next = 0;
    long limit = Long.MAX_VALUE;
    long firstPosition = Long.MAX_VALUE;
    try (var all = journal.read(from)) {
      while (all.next()) {
        var partition = wanted.partition(all);
        if (partition.isEmpty()) {
          continue;
        }
        firstPosition = Math.min(firstPosition, all.position());
        long place = (long) partition.getAsInt() << POSITION_BITS | all.position();
        if (place > taken && place < limit) {
          limit = Math.min(limit, makeRoom());
          if (place < limit) {
            entries[size++] = place;
          }
        }
      }
    }
    Arrays.sort(entries, 0, size);
    complete = limit == Long.MAX_VALUE;
    from = firstPosition == Long.MAX_VALUE ? from : firstPosition;
  }

  /** Room for one more; the lowest place given up for it, if any was. */
  private long makeRoom() {
    if (size < entries.length) {
      return Long.MAX_VALUE;
    }
    if (entries.length < entriesMax) {
      entries = Arrays.copyOf(entries, Math.min(entriesMax, 2 * entries.length));
      return Long.MAX_VALUE;
    }
    Arrays.sort(entries, 0, size);
    size /= 2;
    return entries[size];
  }

  @Override
  public void close() {
    anchor.close();
    reader.close();
  }
}
