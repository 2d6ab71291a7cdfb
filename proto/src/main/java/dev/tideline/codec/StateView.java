package dev.tideline.codec;

import com.google.protobuf.ByteString;
import dev.tideline.model.HybridTime;
import dev.tideline.store.Slice;
import java.nio.charset.StandardCharsets;

/**
 * Looks at a state inside a table entry without making objects of it; see {@link StateBytes} for
 * the bytes. Belongs to one thread, like the slice that it looks into.
 */
public final class StateView {

  private Slice slice = new Slice(0);
  private int at;
  private int contentTypeAt;

  /** Looks at the state that begins at {@code offset}. */
  public void look(Slice into, int offset) {
    slice = into;
    at = offset;
    contentTypeAt = StateBytes.isAbsent(into, offset) ? offset : StateBytes.contentTypeAt(into, at);
  }

  /** Whether there is nothing, because it was never written or was deleted. */
  public boolean dead() {
    return StateBytes.isAbsent(slice, at) || StateBytes.isTombstone(slice, at);
  }

  /** Whether it is a counter. */
  public boolean counter() {
    return StateBytes.isCounter(slice, at);
  }

  /** A counter's sum. */
  public long sum() {
    return StateBytes.sum(slice, at);
  }

  /** When the version was written; zero if nothing ever was. */
  public HybridTime time() {
    return StateBytes.isAbsent(slice, at) ? HybridTime.ZERO : StateBytes.time(slice, at);
  }

  /** Bytes of the value; 0 for a counter. */
  public int valueLength() {
    return StateBytes.isAbsent(slice, at) ? 0 : StateBytes.valueLength(slice, at);
  }

  /** Copies the value's bytes to {@code target} from {@code offset}. */
  public void copyValue(byte[] target, int offset) {
    System.arraycopy(slice.array(), valueAt(), target, offset, valueLength());
  }

  /** One byte of the value. */
  public byte valueByte(int index) {
    return slice.array()[valueAt() + index];
  }

  /** The value as a copy of its own. */
  public ByteString value() {
    return ByteString.copyFrom(slice.array(), valueAt(), valueLength());
  }

  /** The content type as given by the writer. */
  public String contentType() {
    return new String(
        slice.array(),
        contentTypeAt,
        StateBytes.contentTypeLength(slice, at),
        StandardCharsets.UTF_8);
  }

  private int valueAt() {
    return contentTypeAt + StateBytes.contentTypeLength(slice, at);
  }
}
