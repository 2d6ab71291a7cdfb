package dev.tideline.hub.fanout;

import dev.tideline.hub.changelog.ChangeLogDriver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** All sessions that are being sent to; wakes them when more has become durable. Thread-safe. */
public final class FanoutDriver {

  private final ChangeLogDriver changeLog;
  private final long conflateBehind;

  /** In the order of their coming, so that the order of what is sent can be repeated. */
  private final List<FanoutSession> sessions = new CopyOnWriteArrayList<>();

  private final AtomicLong announced = new AtomicLong();

  /**
   * A driver without sessions.
   *
   * @param conflateBehind durable records that an edge may be behind before it gets only the latest
   *     of each key
   */
  public FanoutDriver(ChangeLogDriver changeLog, long conflateBehind) {
    this.changeLog = changeLog;
    this.conflateBehind = conflateBehind;
  }

  /** A sending half for a stream; it leaves by itself when it ends. */
  public FanoutSession open(FrameStream stream) {
    var holder = new FanoutSession[1];
    var session =
        new FanoutSession(stream, changeLog, conflateBehind, () -> sessions.remove(holder[0]));
    holder[0] = session;
    sessions.add(session);
    return session;
  }

  /**
   * More may have become durable. One sync makes many appends durable and each of their owners
   * calls this; only the first finds something to announce.
   */
  public void announce() {
    long durable = changeLog.durablePosition();
    if (announced.getAndAccumulate(durable, Math::max) < durable) {
      sessions.forEach(FanoutSession::drain);
    }
  }
}
