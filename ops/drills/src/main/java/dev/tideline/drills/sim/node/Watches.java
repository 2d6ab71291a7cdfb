package dev.tideline.drills.sim.node;

import com.google.protobuf.ByteString;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.watch.WatchDriver;
import dev.tideline.edge.watch.WatchScope;
import dev.tideline.edge.watch.WatchSink;
import dev.tideline.model.EdgeId;
import dev.tideline.runtime.Refusal;
import dev.tideline.wire.v1.WatchAnswer;
import java.util.concurrent.ExecutorService;

/** The watches of one process of an edge. */
public final class Watches {

  private final WatchDriver driver;
  private boolean takingState;

  Watches(EdgeId edge, ReplicaDriver replica, ExecutorService sender, ExecutorService states) {
    driver = new WatchDriver(edge, replica, sender, task -> states.execute(() -> state(task)));
  }

  /** Whoever sends a state waits for a slow client, and in a simulation nobody can wait. */
  private void state(Runnable task) {
    takingState = true;
    task.run();
    takingState = false;
  }

  /** Begins a watch, as a client of the edge does. */
  public WatchDriver.Opened open(WatchScope scope, ByteString resume, WatchSink sink) {
    return driver.open(scope, resume, new Patient(sink));
  }

  private final class Patient implements WatchSink {
    private final WatchSink sink;

    Patient(WatchSink sink) {
      this.sink = sink;
    }

    @Override
    public boolean isReady() {
      return takingState || sink.isReady();
    }

    @Override
    public void send(WatchAnswer answer) {
      sink.send(answer);
    }

    @Override
    public void fail(Refusal why) {
      sink.fail(why);
    }
  }
}
