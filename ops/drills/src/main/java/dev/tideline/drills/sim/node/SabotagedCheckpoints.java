package dev.tideline.drills.sim.node;

import com.google.protobuf.ByteString;
import dev.tideline.store.CheckpointReader;
import dev.tideline.store.CheckpointWriter;
import dev.tideline.store.Checkpoints;
import dev.tideline.store.Slice;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Checkpoints as a bug would leave them. */
record SabotagedCheckpoints(Checkpoints kept, Sabotage sabotage, UnaryOperator<ByteString> states)
    implements Checkpoints {

  @Override
  public Optional<CheckpointReader> newest() {
    return kept.newest();
  }

  @Override
  public CheckpointWriter begin(long start) {
    return new Writer(kept.begin(sabotage.checkpointStart(start)), sabotage, states);
  }

  private record Writer(CheckpointWriter kept, Sabotage sabotage, UnaryOperator<ByteString> states)
      implements CheckpointWriter {
    @Override
    public void state(ByteString message) {
      var instead = states.apply(message);
      if (!instead.isEmpty()) {
        kept.state(instead);
      }
    }

    @Override
    public void entry(Slice key, Slice value, int valueLength) {
      if (sabotage.checkpoints(key.toByteString())) {
        kept.entry(key, value, valueLength);
      }
    }

    @Override
    public long bytes() {
      return kept.bytes();
    }

    @Override
    public void finish(long end) {
      kept.finish(end);
    }

    @Override
    public void close() {
      kept.close();
    }
  }
}
