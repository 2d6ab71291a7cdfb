package dev.tideline.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

/**
 * The values that are too large to lie among the small entries, in a map of their own with few and
 * large segments. Each is put under a ticket that is used once: a value here never changes and
 * never grows, it comes and goes.
 *
 * <p>The map does not grow by copying, its segments do by tiers: a look-up that walks some of them
 * is little beside the copy of the value. A tier takes several of the largest values, and there are
 * {@link #TIER_BYTES_PER_BYTE} times as many as the bytes need that the table accepts, for what is
 * left over at the end of tiers and between values of unequal size.
 */
final class LargeValues implements AutoCloseable {

  /** None; tickets begin at 1. */
  static final long NO_TICKET = 0;

  private static final int CHUNK_BYTES = 4096;
  private static final int TIER_CHUNKS = 4096;
  private static final long TIER_BYTES = (long) CHUNK_BYTES * TIER_CHUNKS;
  private static final int SEGMENTS = 16;
  private static final int TIER_BYTES_PER_BYTE = 3;

  /** One write takes at most one tier; the margin is for what is not known. */
  private static final int TIERS_SPARE = 2;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static {
    if (TIER_BYTES < 3L * Table.VALUE_BYTES_MAX) {
      throw new AssertionError("a tier takes three of the largest values");
    }
  }

  private final ChronicleMap<Slice, Slice> map;
  private long lastTicket;

  LargeValues(long bytesMax) {
    double tiers = SEGMENTS + Math.ceilDiv(TIER_BYTES_PER_BYTE * bytesMax, TIER_BYTES);
    map =
        ChronicleMapBuilder.of(Slice.class, Slice.class)
            .name("large values")
            .keyReaderAndDataAccess(new SliceReader(), new SliceAccess())
            .valueReaderAndDataAccess(new SliceReader(), new SliceAccess())
            .actualSegments(SEGMENTS)
            .entriesPerSegment(TIER_BYTES / TableCell.INLINE_BYTES_MAX)
            .actualChunkSize(CHUNK_BYTES)
            .actualChunksPerSegmentTier(TIER_CHUNKS)
            .entries(SEGMENTS * TIER_BYTES / TableCell.INLINE_BYTES_MAX)
            .maxBloatFactor(tiers / SEGMENTS)
            .putReturnsNull(true)
            .removeReturnsNull(true)
            .skipCloseOnExitHook(true)
            .create();
  }

  /** Stores a copy; its ticket, or {@link #NO_TICKET}. One thread at a time. */
  long put(Slice value) {
    if (map.remainingAutoResizes() < TIERS_SPARE) {
      return NO_TICKET;
    }
    lastTicket++;
    map.put(key(lastTicket), value);
    return lastTicket;
  }

  /** Copies the value of a ticket; false if it is gone. From any thread. */
  boolean get(long ticket, Slice into) {
    return map.getUsing(key(ticket), into) != null;
  }

  void remove(long ticket) {
    map.remove(key(ticket));
  }

  long size() {
    return map.longSize();
  }

  private static Slice key(long ticket) {
    var key = new Slice(Long.BYTES);
    key.resize(Long.BYTES);
    LONGS.set(key.array(), 0, ticket);
    return key;
  }

  @Override
  public void close() {
    map.close();
  }
}
