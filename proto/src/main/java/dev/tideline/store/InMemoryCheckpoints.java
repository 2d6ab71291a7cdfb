package dev.tideline.store;

import com.google.protobuf.ByteString;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@link Checkpoints} on the heap, for simulation and tests. Whatever is finished survives a lost
 * machine, as a file does that was forced before it was renamed.
 */
public final class InMemoryCheckpoints implements Checkpoints {

  private Optional<Written> newest = Optional.empty();

  /** What another one of this kind would find on the same disk. */
  public InMemoryCheckpoints copy() {
    var copy = new InMemoryCheckpoints();
    copy.newest = newest;
    return copy;
  }

  @Override
  public Optional<CheckpointReader> newest() {
    return newest.map(written -> written);
  }

  @Override
  public CheckpointWriter begin(long start) {
    return new Writer(start);
  }

  private record Entry(ByteString key, ByteString value) {}

  private record Written(long start, long end, List<ByteString> states, List<Entry> held)
      implements CheckpointReader {

    @Override
    public long entries() {
      return held.size();
    }

    @Override
    public InputStream open() {
      throw new UnsupportedOperationException("it is not stored as bytes");
    }

    @Override
    public String name() {
      return "the checkpoint of position " + start;
    }

    @Override
    public ByteString firstState() {
      return states.isEmpty() ? ByteString.EMPTY : states.getFirst();
    }

    @Override
    public void read(Visitor visitor) {
      states.forEach(visitor::state);
      held.forEach(one -> visitor.entry(Slice.copyOf(one.key()), Slice.copyOf(one.value())));
    }
  }

  private final class Writer implements CheckpointWriter {

    private final long start;
    private final List<ByteString> states = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private long bytes;

    Writer(long start) {
      this.start = start;
    }

    @Override
    public void state(ByteString message) {
      states.add(message);
      bytes += message.size();
    }

    @Override
    public void entry(Slice key, Slice value, int valueLength) {
      entries.add(new Entry(key.toByteString(), value.toByteString().substring(0, valueLength)));
      bytes += key.length() + valueLength;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public void finish(long end) {
      newest = Optional.of(new Written(start, end, List.copyOf(states), List.copyOf(entries)));
    }

    @Override
    public void close() {}
  }
}
