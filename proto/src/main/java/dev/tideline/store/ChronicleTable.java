package dev.tideline.store;

import net.openhft.chronicle.hash.Data;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Table} in Chronicle Maps in memory, off the heap: gone with the process, rebuilt from
 * the log at every start.
 *
 * <p>Chronicle Map lays entries out in segments, and an entry must fit one; what is copied or
 * visited is copied or visited by whole segments. So small entries and large values want opposite
 * things, and each kind has a map of its own: {@link GrowingMap} many small segments, {@link
 * LargeValues} few large ones.
 *
 * <p><b>What a reader sees of a value that moves.</b> Every key has its cell in the small map,
 * which holds the value or the ticket under which the large map holds it. A large value is put
 * there first, under a ticket that was never used; then the cell is replaced, and that is the
 * moment of the write; then what the old cell named is removed. So a reader that has read a cell
 * finds the value that belongs to it, or finds that its ticket is gone: then the key has been
 * written since, and it reads the cell again, of the layout of that moment. It never sees neither,
 * nor a value before its moment.
 *
 * <p>A put may fail for want of memory and would then damage a map. {@link TableBounds} refuses
 * long before; that the maps still have spare tiers is the last guard, for a pattern of writes that
 * nobody thought of: it refuses, too.
 */
public final class ChronicleTable implements Table {

  private static final Logger LOG = LoggerFactory.getLogger(ChronicleTable.class);

  private final TableConfig config;
  private final TableBounds bounds;
  private final GrowingMap small = new GrowingMap();
  private final LargeValues large;

  /** Of the one writer. */
  private final Slice before = new Slice(1024);

  private final Slice cell = new Slice(1024);
  private final CellGuard guard = this::allow;
  private long addedEntries;
  private long addedBytes;
  private long replacedTicket;

  private ChronicleTable(TableConfig config) {
    this.config = config;
    bounds = new TableBounds(config);
    large = new LargeValues(config.bytesMax());
  }

  /** An empty table. Takes some milliseconds, the first of a JVM up to two seconds. */
  public static ChronicleTable create(TableConfig config) {
    return new ChronicleTable(config);
  }

  /** For tests that look at how it is laid out. */
  GrowingMap small() {
    return small;
  }

  LargeValues large() {
    return large;
  }

  @Override
  public boolean get(Slice key, Slice into) {
    int stripe = TableLayout.stripe();
    while (true) {
      var layout = small.enter(stripe);
      try {
        if (layout.map().getUsing(key, into) == null) {
          into.resize(0);
          return false;
        }
        if (resolve(into)) {
          return true;
        }
      } finally {
        layout.leave(stripe);
      }
    }
  }

  /** Makes a cell its value; false if that is gone because the key has been written since. */
  private boolean resolve(Slice read) {
    if (TableCell.isInline(read)) {
      TableCell.stripToValue(read);
      return true;
    }
    return large.get(TableCell.ticket(read), read);
  }

  @Override
  public void expect(long entries) {
    small.expect(Math.min(entries, config.entriesMax()));
  }

  @Override
  public boolean put(Slice key, Slice value) {
    TableBounds.checkValue(value);
    if (!store(key, value)) {
      return false;
    }
    bounds.add(addedEntries, addedBytes);
    if (replacedTicket != LargeValues.NO_TICKET) {
      large.remove(replacedTicket);
    }
    return true;
  }

  private boolean store(Slice key, Slice value) {
    if (value.length() <= TableCell.INLINE_BYTES_MAX) {
      TableCell.writeInline(value, cell);
      return small.put(key, cell, guard);
    }
    long ticket = large.put(value);
    if (ticket == LargeValues.NO_TICKET) {
      return false;
    }
    TableCell.writeTicket(ticket, value.length(), cell);
    if (small.put(key, cell, guard)) {
      return true;
    }
    large.remove(ticket);
    return false;
  }

  /** Looks at what a put replaces, and whether the bounds have room for what it adds. */
  private boolean allow(Slice key, Slice put, @Nullable Data<Slice> held) {
    int valueLength = TableCell.valueLength(put);
    addedEntries = held == null ? 1 : 0;
    addedBytes =
        held == null ? key.length() + valueLength : valueLength - TableCell.valueLength(held);
    replacedTicket = held == null ? LargeValues.NO_TICKET : TableCell.ticket(held);
    return bounds.allow(addedEntries, addedBytes);
  }

  @Override
  public boolean remove(Slice key) {
    if (!small.get(key, before)) {
      return false;
    }
    small.remove(key, before.length());
    if (!TableCell.isInline(before)) {
      large.remove(TableCell.ticket(before));
    }
    bounds.add(-1, -(long) (key.length() + TableCell.valueLength(before)));
    return true;
  }

  @Override
  public Walk walk(int fromSegment) {
    int stripe = TableLayout.stripe();
    var layout = small.enter(stripe);
    try {
      return new SegmentWalk(this, layout, stripe, fromSegment);
    } catch (IllegalArgumentException e) {
      layout.leave(stripe);
      throw e;
    }
  }

  @Override
  public long size() {
    return bounds.entries();
  }

  @Override
  public long bytes() {
    return bounds.bytes();
  }

  @Override
  public long entriesMax() {
    return config.entriesMax();
  }

  @Override
  public long bytesMax() {
    return config.bytesMax();
  }

  /** Waits for readers that are inside, up to ten seconds; a walk is one until it is closed. */
  @Override
  public void close() {
    if (small.closeAfterLastReader()) {
      large.close();
    } else {
      LOG.error("a reader is still inside the closed table: its memory is not given back");
    }
  }
}
