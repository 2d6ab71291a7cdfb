package dev.tideline.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What the map of small entries holds of a key: the value itself, or where it lies. The kind comes
 * last, so that a value that was read needs no moving. Little-endian.
 *
 * <pre>
 *  +-------------------+------+      +------------+-----------------+------+
 *  | value, ≤ 8 KiB    | 0    |      | ticket (8) | value's length  | 1    |
 *  +-------------------+------+      +------------+-----------------+------+
 * </pre>
 */
final class TableCell {

  /** A larger one lies elsewhere: it would need segments that are too large to be copied fast. */
  static final int INLINE_BYTES_MAX = 8 * 1024;

  private static final byte INLINE = 0;
  private static final byte ELSEWHERE = 1;
  private static final int TICKET_CELL_BYTES = 8 + 4 + 1;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private TableCell() {}

  static void writeInline(Slice value, Slice cell) {
    int length = value.length();
    cell.resize(length + 1);
    System.arraycopy(value.array(), 0, cell.array(), 0, length);
    cell.array()[length] = INLINE;
  }

  static void writeTicket(long ticket, int valueLength, Slice cell) {
    cell.resize(TICKET_CELL_BYTES);
    LONGS.set(cell.array(), 0, ticket);
    INTS.set(cell.array(), 8, valueLength);
    cell.array()[TICKET_CELL_BYTES - 1] = ELSEWHERE;
  }

  static boolean isInline(Slice cell) {
    return cell.array()[cell.length() - 1] == INLINE;
  }

  /** Makes a cell that is inline its value. */
  static void stripToValue(Slice cell) {
    cell.resize(cell.length() - 1);
  }

  static long ticket(Slice cell) {
    return (long) LONGS.get(cell.array(), 0);
  }

  static int valueLength(Slice cell) {
    return isInline(cell) ? cell.length() - 1 : (int) INTS.get(cell.array(), 8);
  }
}
