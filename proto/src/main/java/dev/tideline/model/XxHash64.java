package dev.tideline.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * xxHash64 with seed 0 (Yann Collet, xxHash specification 0.1.1). Written here because partitions
 * and content hashes rest on it for ever, and the model imports no library.
 */
public final class XxHash64 {

  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;
  private static final long P1_PLUS_P2 = 0x60EA27EEADC0B5D6L;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private XxHash64() {}

  /** The hash of all of {@code data}. */
  public static long hash(byte[] data) {
    return hash(data, data.length);
  }

  /** The hash of the first {@code length} bytes of {@code data}. */
  static long hash(byte[] data, int length) {
    int at = 0;
    long hash;
    if (length >= 32) {
      long v1 = P1_PLUS_P2;
      long v2 = P2;
      long v3 = 0;
      long v4 = -P1;
      for (; at <= length - 32; at += 32) {
        v1 = round(v1, (long) LONGS.get(data, at));
        v2 = round(v2, (long) LONGS.get(data, at + 8));
        v3 = round(v3, (long) LONGS.get(data, at + 16));
        v4 = round(v4, (long) LONGS.get(data, at + 24));
      }
      hash =
          Long.rotateLeft(v1, 1)
              + Long.rotateLeft(v2, 7)
              + Long.rotateLeft(v3, 12)
              + Long.rotateLeft(v4, 18);
      hash = mergeRound(mergeRound(mergeRound(mergeRound(hash, v1), v2), v3), v4);
    } else {
      hash = P5;
    }
    return finish(hash + length, data, at, length);
  }

  private static long finish(long start, byte[] data, int from, int length) {
    long hash = start;
    int at = from;
    for (; at <= length - 8; at += 8) {
      hash = Long.rotateLeft(hash ^ round(0, (long) LONGS.get(data, at)), 27) * P1 + P4;
    }
    if (at <= length - 4) {
      long word = Integer.toUnsignedLong((int) INTS.get(data, at));
      hash = Long.rotateLeft(hash ^ (word * P1), 23) * P2 + P3;
      at += 4;
    }
    for (; at < length; at++) {
      hash = Long.rotateLeft(hash ^ (Byte.toUnsignedInt(data[at]) * P5), 11) * P1;
    }
    hash = (hash ^ (hash >>> 33)) * P2;
    hash = (hash ^ (hash >>> 29)) * P3;
    return hash ^ (hash >>> 32);
  }

  private static long round(long accumulator, long input) {
    return Long.rotateLeft(accumulator + input * P2, 31) * P1;
  }

  private static long mergeRound(long accumulator, long value) {
    return (accumulator ^ round(0, value)) * P1 + P4;
  }
}
