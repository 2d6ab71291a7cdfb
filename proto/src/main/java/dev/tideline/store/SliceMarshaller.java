package dev.tideline.store;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.hash.serialization.SizedWriter;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;
import org.jspecify.annotations.Nullable;

/**
 * Moves a slice's bytes to and from off-heap memory as they are, into the slice that the caller
 * brought.
 */
final class SliceMarshaller implements SizedReader<Slice>, SizedWriter<Slice> {

  @Override
  public Slice read(Bytes<?> in, long size, @Nullable Slice using) {
    var slice = using == null ? new Slice((int) size) : using;
    slice.resize((int) size);
    in.read(slice.array(), 0, (int) size);
    return slice;
  }

  @Override
  public long size(Slice slice) {
    return slice.length();
  }

  @Override
  public void write(Bytes<?> out, long size, Slice slice) {
    out.write(slice.array(), 0, (int) size);
  }

  /** Nothing to configure. */
  @Override
  public void readMarshallable(WireIn wire) {}

  @Override
  public void writeMarshallable(WireOut wire) {}
}
