package dev.tideline.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import net.openhft.chronicle.algo.hashing.LongHashFunction;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.bytes.RandomDataOutput;
import net.openhft.chronicle.core.UnsafeMemory;
import net.openhft.chronicle.hash.AbstractData;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.serialization.DataAccess;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;
import org.jspecify.annotations.Nullable;

/**
 * Shows a slice to a map as the bytes that it is: hashed, compared and copied from its array,
 * without a copy between. Each context of the map has one of its own.
 */
final class SliceAccess extends AbstractData<Slice> implements DataAccess<Slice> {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private @Nullable Slice slice;
  private @Nullable BytesStore<?, ?> store;
  private byte @Nullable [] stored;

  @Override
  public Data<Slice> getData(Slice instance) {
    slice = instance;
    return this;
  }

  @Override
  public void uninit() {
    slice = null;
  }

  @Override
  public DataAccess<Slice> copy() {
    return new SliceAccess();
  }

  @Override
  public Slice get() {
    return Objects.requireNonNull(slice, "no slice is shown");
  }

  @Override
  public long size() {
    return get().length();
  }

  /** For whoever wants more than is overridden here; slices keep their array, so it is kept. */
  @Override
  @SuppressWarnings("ReferenceEquality") // The same array, not an equal one.
  public RandomDataInput bytes() {
    byte[] array = get().array();
    var wrapped = store;
    if (wrapped == null || stored != array) {
      wrapped = BytesStore.wrap(array);
      store = wrapped;
      stored = array;
    }
    return wrapped;
  }

  @Override
  public long offset() {
    return 0;
  }

  @Override
  public long hash(LongHashFunction function) {
    return function.hashBytes(get().array(), 0, get().length());
  }

  @Override
  public boolean equivalent(RandomDataInput source, long sourceOffset) {
    byte[] array = get().array();
    int length = get().length();
    long address = source.addressForRead(sourceOffset);
    int at = 0;
    for (; at <= length - Long.BYTES; at += Long.BYTES) {
      if ((long) LONGS.get(array, at) != UnsafeMemory.MEMORY.readLong(address + at)) {
        return false;
      }
    }
    for (; at < length; at++) {
      if (array[at] != UnsafeMemory.MEMORY.readByte(address + at)) {
        return false;
      }
    }
    return true;
  }

  @Override
  @SuppressWarnings("rawtypes") // As the interface has it.
  public void writeTo(RandomDataOutput target, long targetOffset) {
    UnsafeMemory.MEMORY.copyMemory(
        get().array(), 0, target.addressForWrite(targetOffset), get().length());
  }

  @Override
  public Slice getUsing(@Nullable Slice using) {
    var into = using == null ? new Slice(get().length()) : using;
    into.resize(get().length());
    System.arraycopy(get().array(), 0, into.array(), 0, get().length());
    return into;
  }

  /** Nothing to configure. */
  @Override
  public void readMarshallable(WireIn wire) {}

  @Override
  public void writeMarshallable(WireOut wire) {}
}
