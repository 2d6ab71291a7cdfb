package dev.tideline.store;

import java.util.Objects;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

/**
 * A {@link Table} in a Chronicle Map without a file: off the heap, gone with the process, rebuilt
 * from the log at every start. (A map in a file would have to be thrown away after every unclean
 * stop, because its locks lie in the file.)
 *
 * <p>Chronicle Map lays entries out in segments, each of which grows by tiers; an entry must fit a
 * tier, and a put that fails for want of tiers may damage the map. So the layout is computed from
 * two demands:
 *
 * <ul>
 *   <li>A tier holds several of the largest values: {@link #TIER_BYTES}.
 *   <li>Tiers never run out before our own limits refuse: {@link #BLOAT} times the size of the
 *       table, for the case that large values all meet in few segments, or that what is left of
 *       deleted ones leaves gaps that are just too small. {@link #TIERS_SPARE} is the last guard,
 *       for a pattern of writes that nobody thought of: it refuses, too.
 * </ul>
 */
public final class ChronicleTable implements Table {

  /** Seven of the largest values. */
  private static final long TIER_BYTES = 1024 * 1024;

  private static final int SEGMENTS_MAX = 1024;
  private static final double BLOAT = 10;

  /** One write takes at most one tier; the margin is for what is not known. */
  private static final int TIERS_SPARE = 2;

  private final TableConfig config;
  private final TableBounds bounds;
  private final ChronicleMap<Slice, Slice> map;

  private ChronicleTable(TableConfig config, ChronicleMap<Slice, Slice> map) {
    this.config = config;
    this.map = map;
    bounds = new TableBounds(config);
  }

  /** An empty table. Takes some milliseconds, the first of a JVM up to two seconds. */
  public static ChronicleTable create(TableConfig config) {
    int entryBytes = config.averageKeyBytes() + config.averageValueBytes();
    long tiers = Math.ceilDiv(config.bytesMax(), TIER_BYTES);
    int segments = (int) Math.min(SEGMENTS_MAX, Math.max(1, Long.highestOneBit(tiers)));
    long entriesPerTier = TIER_BYTES / entryBytes;
    long entries = Math.max(config.entriesMax(), segments * entriesPerTier);
    var marshaller = new SliceMarshaller();
    var map =
        ChronicleMapBuilder.of(Slice.class, Slice.class)
            .name("table")
            .keyMarshallers(marshaller, marshaller)
            .valueMarshallers(marshaller, marshaller)
            .averageKeySize(config.averageKeyBytes())
            .averageValueSize(config.averageValueBytes())
            .entries(entries)
            .actualSegments(segments)
            .maxBloatFactor(BLOAT)
            .putReturnsNull(true)
            .removeReturnsNull(true)
            .skipCloseOnExitHook(true)
            .create();
    return new ChronicleTable(config, map);
  }

  /** For tests that look at how full Chronicle itself believes to be. */
  ChronicleMap<Slice, Slice> map() {
    return map;
  }

  @Override
  public boolean get(Slice key, Slice into) {
    if (map.getUsing(key, into) == null) {
      into.resize(0);
      return false;
    }
    return true;
  }

  @Override
  public boolean put(Slice key, Slice value) {
    TableBounds.checkValue(value);
    try (var context = map.queryContext(key)) {
      context.updateLock().lock();
      var entry = context.entry();
      long addedEntries = entry == null ? 1 : 0;
      long addedBytes =
          entry == null ? key.length() + value.length() : value.length() - entry.value().size();
      boolean grows = addedEntries > 0 || addedBytes > 0;
      if (!bounds.allow(addedEntries, addedBytes)
          || (grows && map.remainingAutoResizes() < TIERS_SPARE)) {
        return false;
      }
      Data<Slice> data = context.wrapValueAsData(value);
      if (entry == null) {
        context.insert(Objects.requireNonNull(context.absentEntry()), data);
      } else {
        context.replaceValue(entry, data);
      }
      bounds.add(addedEntries, addedBytes);
      return true;
    }
  }

  @Override
  public boolean remove(Slice key) {
    try (var context = map.queryContext(key)) {
      context.updateLock().lock();
      var entry = context.entry();
      if (entry == null) {
        return false;
      }
      long bytes = key.length() + entry.value().size();
      context.remove(entry);
      bounds.add(-1, -bytes);
      return true;
    }
  }

  @Override
  public Walk walk(int fromSegment) {
    return new SegmentWalk(map, fromSegment);
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
  public void close() {
    map.close();
  }
}
