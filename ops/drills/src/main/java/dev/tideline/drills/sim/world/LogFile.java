package dev.tideline.drills.sim.world;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/** The records of one log as they lie on a disk, whichever process has it open. */
public final class LogFile {

  /** Truncation gives back whole files, of so many records at most. */
  private static final int GENERATION_RECORDS = 16;

  /** Around each record. */
  private static final int FRAME_BYTES = 32;

  private final ArrayList<ByteString> records = new ArrayList<>();
  private final TreeSet<Long> files = new TreeSet<>();
  private long first = 1;
  private long durable;

  /** The same bytes on another disk, where all of them are forced. */
  public LogFile copy() {
    var copy = new LogFile();
    copy.records.addAll(records);
    copy.files.addAll(files);
    copy.first = first;
    copy.durable = copy.last();
    return copy;
  }

  /** The same without what is not synced. */
  public LogFile copySynced() {
    var copy = copy();
    while (copy.last() > durable) {
      copy.records.removeLast();
    }
    copy.files.tailSet(copy.last() + 1, false).clear();
    copy.durable = copy.last();
    return copy;
  }

  /**
   * The machine is lost. What was not synced is a set of pages, of which some survive; a file that
   * was begun since may be lost with its directory entry. A log that is opened again ends before
   * the first record that lacks a byte.
   *
   * @return what became of it beyond a shorter tail
   */
  public Set<Sight> loseMachine(Dice dice) {
    var pages = new Pages(dice);
    var sights = EnumSet.noneOf(Sight.class);
    long kept = durable;
    long offset = 0;
    if (files.isEmpty()) {
      return sights;
    }
    for (long at = fileOf(Math.max(durable, first)); at <= last(); at++) {
      offset = fileOf(at) == at ? 0 : offset;
      long end = offset + (at < first ? 0 : record(at).size()) + FRAME_BYTES;
      if (at > durable) {
        var fate = pages.fate(fileOf(at), fileOf(at) > durable, offset, end);
        if (fate == Pages.Fate.WHOLE && kept == at - 1) {
          kept = at;
        } else if (fate == Pages.Fate.WHOLE) {
          sights.add(Sight.HOLE_IN_LOG);
        } else if (kept == at - 1 && fate != Pages.Fate.GONE) {
          sights.add(fate == Pages.Fate.TORN ? Sight.TORN_RECORD : Sight.LOST_FILE);
        }
      }
      offset = end;
    }
    while (last() > Math.max(kept, first - 1)) {
      records.removeLast();
    }
    files.tailSet(last() + 1, false).clear();
    return sights;
  }

  /** A process opens it: what it appends goes into a new file, and what it reads is forced. */
  void opened() {
    durable = last();
    files.add(last() + 1);
  }

  long append(ByteString record) {
    records.add(record);
    if (last() - files.last() >= GENERATION_RECORDS) {
      files.add(last());
    }
    return last();
  }

  /** The record at a position that is held. */
  public ByteString record(long position) {
    return records.get((int) (position - first));
  }

  public long first() {
    return first;
  }

  public long last() {
    return first + records.size() - 1;
  }

  public long durable() {
    return durable;
  }

  void syncedTo(long position) {
    durable = Math.max(durable, position);
  }

  /** The first record of the file in which a position lies. */
  long fileOf(long position) {
    return files.floor(Math.max(position, files.first()));
  }

  void giveBackBefore(long position) {
    while (first < position && !records.isEmpty()) {
      records.removeFirst();
      first++;
    }
    while (files.size() > 1 && files.higher(files.first()) <= first) {
      files.removeFirst();
    }
  }
}
