package dev.tideline.edge.uplink;

import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.model.QualifiedKey;
import dev.tideline.wire.v1.ReadAnswer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the hub for quarantined keys that may find room: some at a time, all of them in a round, the
 * next round after a while that doubles as long as none was of use. A stream that begins anew asks
 * at once. It looks whenever the edge has caught up with a heartbeat, on the stream's thread, so
 * that it needs no clock: heartbeats are its time.
 */
final class Readmissions {

  private static final Logger LOG = LoggerFactory.getLogger(Readmissions.class);

  /** Under way at a time: each answer may be as large as a state can be. */
  static final int KEYS_AT_ONCE = 16;

  /** Two minutes of the usual heartbeats. */
  static final int WAIT_HEARTBEATS_MAX = 256;

  private static final long ANSWER_TIMEOUT_MS = 5_000;

  private final ReplicaDriver replica;
  private final HubQuestions questions;
  private final Map<QualifiedKey, ReadAnswer> answers = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();

  // Of the stream's thread.
  private final Set<QualifiedKey> asked = new HashSet<>();
  private Optional<HubStream> stream = Optional.empty();
  private long quarantinedBefore;
  private int waitHeartbeats;
  private int waited;

  Readmissions(ReplicaDriver replica, HubQuestions questions) {
    this.replica = replica;
    this.questions = questions;
  }

  /** Takes what was answered and asks for more, if it is time. */
  void look(HubStream open) {
    if (stream.isEmpty() || stream.get() != open) {
      // What was told on another stream is perhaps not what this one goes on from.
      stream = Optional.of(open);
      answers.clear();
      begin();
    }
    answers.forEach(
        (key, answer) -> {
          if (replica.readmit(key, answer)) {
            answers.remove(key);
          }
        });
    if (replica.quarantined() > 0 && answers.isEmpty() && underWay.get() == 0) {
      next(open);
    }
  }

  private void begin() {
    asked.clear();
    quarantinedBefore = replica.quarantined();
    waitHeartbeats = 1;
    waited = 0;
  }

  private void next(HubStream open) {
    if (waited > 0) {
      waited--;
      return;
    }
    var keys = replica.missed(KEYS_AT_ONCE, asked);
    if (keys.isEmpty()) {
      endRound();
    }
    for (var key : keys) {
      asked.add(key);
      underWay.incrementAndGet();
      var _ =
          questions
              .read(Optional.of(open), List.of(key), ANSWER_TIMEOUT_MS)
              .whenComplete((answer, failure) -> answered(key, answer, failure));
    }
  }

  private void answered(
      QualifiedKey key, @Nullable ReadAnswer answer, @Nullable Throwable failure) {
    if (answer != null) {
      answers.put(key, answer);
    } else {
      LOG.debug("{} stays quarantined for now", key, failure);
    }
    underWay.decrementAndGet();
  }

  private void endRound() {
    long left = replica.quarantined();
    if (left < quarantinedBefore) {
      LOG.info("{} keys are served again, {} are quarantined", quarantinedBefore - left, left);
      waitHeartbeats = 1;
    }
    waited = waitHeartbeats;
    waitHeartbeats = Math.min(WAIT_HEARTBEATS_MAX, 2 * waitHeartbeats);
    quarantinedBefore = left;
    asked.clear();
  }
}
