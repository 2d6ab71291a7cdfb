package dev.tideline.edge.cache;

import dev.tideline.codec.StateBytes;
import dev.tideline.model.State;
import dev.tideline.store.Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What an edge holds of one key. Base and view lie in one entry, so that a reader needs one look-up
 * and sees either before or after a change, never a base without its pending. Little-endian.
 *
 * <pre>
 *  0                                   8                 12
 *  +-----------------------------------+-----------------+------------+
 *  | revision of the last change held  | length of base  | base state | view state, if pending
 *  +-----------------------------------+-----------------+------------+
 * </pre>
 *
 * @param changeRevision 0 if the hub has said nothing of the key
 * @param base as the hub decided it
 * @param view base with own pending mutations merged on top; the base itself if there are none
 */
public record CacheEntry(long changeRevision, State base, State view, boolean pending) {

  /** Nothing is held. */
  public static final CacheEntry NONE = new CacheEntry(0, State.ABSENT, State.ABSENT, false);

  private static final int BASE_AT = 12;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** An entry without pending mutations. */
  public static CacheEntry settled(long changeRevision, State base) {
    return new CacheEntry(changeRevision, base, base, false);
  }

  /** The same base under another view. */
  public CacheEntry withView(State newView) {
    return new CacheEntry(changeRevision, base, newView, true);
  }

  /** Replaces what {@code to} holds. */
  void write(Slice to) {
    to.resize(BASE_AT);
    StateBytes.append(base, to);
    int baseLength = to.length() - BASE_AT;
    if (pending) {
      StateBytes.append(view, to);
    }
    LONGS.set(to.array(), 0, changeRevision);
    INTS.set(to.array(), 8, baseLength);
  }

  static CacheEntry read(Slice from) {
    var base = StateBytes.read(from, BASE_AT);
    int viewAt = viewAt(from);
    boolean pending = viewAt < from.length();
    var view = pending ? StateBytes.read(from, viewAt) : base;
    return new CacheEntry((long) LONGS.get(from.array(), 0), base, view, pending);
  }

  static boolean isPending(Slice from) {
    return viewAt(from) < from.length();
  }

  /** Where the state that readers see begins. */
  static int viewOrBaseAt(Slice from) {
    return isPending(from) ? viewAt(from) : BASE_AT;
  }

  static long changeRevision(Slice from) {
    return (long) LONGS.get(from.array(), 0);
  }

  /** Length of an entry without its view. */
  static int baseLength(Slice from) {
    return viewAt(from);
  }

  private static int viewAt(Slice from) {
    return BASE_AT + (int) INTS.get(from.array(), 8);
  }
}
