package dev.tideline.edge.watch;

import dev.tideline.runtime.Refusal;
import dev.tideline.wire.v1.WatchAnswer;

/** Where a watch sends to. Called by one thread at a time. */
public interface WatchSink {

  /** Whether it takes more without holding it in memory. */
  boolean isReady();

  void send(WatchAnswer answer);

  /** Ends the watch. */
  void fail(Refusal why);
}
