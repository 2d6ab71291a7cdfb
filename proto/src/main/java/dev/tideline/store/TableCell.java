package dev.tideline.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import net.openhft.chronicle.hash.Data;

/**
 * What the map of small entries holds of a key: the value itself, or where it lies. The kind comes
 * last, so that a value that was read needs no moving. In the order of this machine: it never
 * leaves the process.
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
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

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

  /** The same of a cell where it lies. */
  static int valueLength(Data<Slice> cell) {
    return isInline(cell) ? (int) cell.size() - 1 : cell.bytes().readInt(cell.offset() + 8);
  }

  /** The ticket that a cell holds where it lies; {@link LargeValues#NO_TICKET} if it is inline. */
  static long ticket(Data<Slice> cell) {
    return isInline(cell) ? LargeValues.NO_TICKET : cell.bytes().readLong(cell.offset());
  }

  private static boolean isInline(Data<Slice> cell) {
    return cell.bytes().readByte(cell.offset() + cell.size() - 1) == INLINE;
  }
}
