package dev.tideline.store;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.UnsafeMemory;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;
import org.jspecify.annotations.Nullable;

/**
 * Copies bytes from off-heap memory as they are, into the slice that the caller brought. By
 * address: the streaming calls of these classes move byte by byte.
 */
final class SliceReader implements SizedReader<Slice> {

  @Override
  public Slice read(Bytes<?> in, long size, @Nullable Slice using) {
    if (size > in.readRemaining()) {
      throw new IllegalStateException(size + " bytes do not lie in " + in.readRemaining());
    }
    int length = (int) size;
    var slice = using == null ? new Slice(length) : using;
    slice.resize(length);
    UnsafeMemory.MEMORY.readBytes(in.addressForRead(in.readPosition()), slice.array(), 0, length);
    in.readSkip(size);
    return slice;
  }

  /** Nothing to configure. */
  @Override
  public void readMarshallable(WireIn wire) {}

  @Override
  public void writeMarshallable(WireOut wire) {}
}
