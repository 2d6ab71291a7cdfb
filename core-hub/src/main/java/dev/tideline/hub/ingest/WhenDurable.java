package dev.tideline.hub.ingest;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.fanout.FanoutDriver;
import dev.tideline.hub.reconcile.Tally;

/**
 * What a session says only once everything is durable that had been appended when it was found. All
 * sessions are told of what has become durable first: others wait for changes, this one for its
 * answer.
 */
record WhenDurable(ChangeLogDriver changeLog, FanoutDriver fanout, Tally tally) {

  /** Does it then, on whichever thread completes the sync. */
  void then(Runnable action) {
    long askedNs = System.nanoTime();
    changeLog.whenDurable(
        changeLog.lastPosition(),
        () -> {
          tally.durableAfter(System.nanoTime() - askedNs);
          fanout.announce();
          action.run();
        });
  }
}
