package dev.tideline.drills.sim.node;

import com.google.protobuf.ByteString;
import dev.tideline.store.CheckpointReader;
import dev.tideline.store.CheckpointWriter;
import dev.tideline.store.Checkpoints;
import dev.tideline.store.Slice;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Checkpoints that take their time: between any two steps of one others go on, and each step may be
 * the last of the process. A bug may leave them otherwise than the node meant.
 */
record SimCheckpoints(
    Checkpoints kept, Sabotage sabotage, UnaryOperator<ByteString> states, Runnable meanwhile)
    implements Checkpoints {

  @Override
  public Optional<CheckpointReader> newest() {
    return kept.newest();
  }

  @Override
  public CheckpointWriter begin(long start) {
    meanwhile.run();
    return new Writer(this, kept.begin(sabotage.checkpointStart(start)));
  }

  private record Writer(SimCheckpoints of, CheckpointWriter kept) implements CheckpointWriter {
    @Override
    public void state(ByteString message) {
      var instead = of.states().apply(message);
      if (!instead.isEmpty()) {
        kept.state(instead);
      }
      of.meanwhile().run();
    }

    @Override
    public void entry(Slice key, Slice value, int valueLength) {
      if (of.sabotage().checkpoints(key.toByteString())) {
        kept.entry(key, value, valueLength);
      }
      of.meanwhile().run();
    }

    @Override
    public long bytes() {
      return kept.bytes();
    }

    @Override
    public void finish(long end) {
      of.meanwhile().run();
      kept.finish(end);
      of.meanwhile().run();
    }

    @Override
    public void close() {
      kept.close();
    }
  }
}
