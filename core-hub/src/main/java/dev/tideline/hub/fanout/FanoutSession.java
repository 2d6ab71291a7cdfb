package dev.tideline.hub.fanout;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.changelog.ChangeLogReader;
import dev.tideline.model.Interests;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.InterestUpdate;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sending half of one conversation; safe for threads. Whoever brings work adds it and calls
 * {@link #drain}; the first to come sends, and goes round again for what others added meanwhile. It
 * sends while the stream is ready and is called again once it is; so nothing waits on a timer, and
 * nothing is queued here but answers, of which there are at most as many as the edge has frames in
 * flight.
 */
public final class FanoutSession {

  private static final Logger LOG = LoggerFactory.getLogger(FanoutSession.class);

  private final FrameStream stream;
  private final ChangeLogDriver changeLog;
  private final long conflateBehind;
  private final Runnable left;
  private final ConcurrentLinkedQueue<Item> items = new ConcurrentLinkedQueue<>();
  private final AtomicInteger work = new AtomicInteger();
  private volatile @Nullable List<HubFrame> lastFrames;

  // Guarded by this: the drain holds it, and close waits for it.
  private @Nullable FanoutCore core;
  private @Nullable ChangeLogReader reader;
  private int credits;
  private boolean ended;

  FanoutSession(FrameStream stream, ChangeLogDriver changeLog, long conflateBehind, Runnable left) {
    this.stream = stream;
    this.changeLog = changeLog;
    this.conflateBehind = conflateBehind;
    this.left = left;
  }

  private sealed interface Item {
    record Answer(HubFrame frame) implements Item {}

    record Credit(int frames) implements Item {}

    record Begin(HubFrame welcome, FanoutCore core, long from, Runnable behind) implements Item {}

    record Beat(long number, long logPosition) implements Item {}

    record Want(InterestUpdate update, Interests sent) implements Item {}
  }

  /** Sends an answer, after those before it; then one more frame of the edge may come in. */
  public void answer(HubFrame frame) {
    items.add(new Item.Answer(frame));
    drain();
  }

  /** One more frame of the edge may come in, for one that asks for no answer. */
  public void credit() {
    credit(1);
  }

  /** More frames of the edge may come in. */
  public void credit(int frames) {
    items.add(new Item.Credit(frames));
    drain();
  }

  /**
   * Sends the welcome, then changes from that position of the change log on.
   *
   * @param behind told if the edge does not keep up and the log is kept no longer for it: to say
   *     the last word
   */
  public void begin(HubFrame welcome, FanoutCore begun, long from, Runnable behind) {
    items.add(new Item.Begin(welcome, begun, from, behind));
    drain();
  }

  /** From where the stream stands on sends what is wanted after an update, and says so. */
  public void interests(InterestUpdate update, Interests sent) {
    items.add(new Item.Want(update, sent));
    drain();
  }

  /** Takes a heartbeat that arrived when the log ended at the position. */
  public void heartbeat(long number, long logPosition) {
    items.add(new Item.Beat(number, logPosition));
    drain();
  }

  /** Sends these frames, ready or not, and ends the conversation. */
  public void end(HubFrame... frames) {
    if (lastFrames == null) {
      lastFrames = List.of(frames);
    }
    drain();
  }

  /** Ends without a word, or with what {@link #end} left to say; afterwards the log is let go. */
  public void close() {
    synchronized (this) {
      sendLast();
      leave();
    }
  }

  /** Sends what there is to send. */
  public void drain() {
    if (work.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      int more;
      synchronized (this) {
        sendGuarded();
        more = ended ? 0 : credits;
        credits = 0;
      }
      // Outside the lock: the stream may hand over the next frame on this very thread.
      if (more > 0) {
        stream.request(more);
      }
      seen = work.addAndGet(-seen);
    } while (seen != 0);
  }

  private void sendGuarded() {
    try {
      sendLast();
      while (!ended && stream.isReady() && (sendItem() || sendChanges())) {
        sendLast();
      }
    } catch (RuntimeException e) {
      LOG.error("a session breaks off", e);
      stream.fail(e);
      leave();
    }
  }

  private void sendLast() {
    var frames = lastFrames;
    if (frames != null && !ended) {
      frames.forEach(stream::send);
      stream.complete();
      leave();
    }
  }

  private boolean sendItem() {
    switch (items.poll()) {
      case null -> {
        return false;
      }
      case Item.Answer(HubFrame frame) -> {
        stream.send(frame);
        credits++;
      }
      case Item.Credit(int frames) -> credits += frames;
      case Item.Begin(HubFrame welcome, FanoutCore begun, long from, Runnable behind) -> {
        stream.send(welcome);
        core = begun;
        reader =
            changeLog.read(
                from,
                () -> {
                  behind.run();
                  close();
                });
      }
      case Item.Want(InterestUpdate update, Interests sent) -> {
        if (core != null) {
          core.want(update, sent).forEach(stream::send);
        }
        credits++;
      }
      case Item.Beat(long number, long logPosition) -> {
        if (core != null) {
          core.heartbeat(number, logPosition);
        }
      }
    }
    return true;
  }

  /** One pass: reads what is durable, up to a limit, and sends it; false if there was nothing. */
  private boolean sendChanges() {
    var from = reader;
    var gathers = core;
    if (from == null || gathers == null) {
      return false;
    }
    boolean moved = false;
    gathers.conflate(from.behind() > conflateBehind);
    while (!gathers.full() && from.next()) {
      gathers.accept(from.position(), from.record());
      moved = true;
    }
    var frames = gathers.flush();
    frames.forEach(stream::send);
    return moved || !frames.isEmpty();
  }

  private void leave() {
    if (!ended) {
      ended = true;
      items.clear();
      if (reader != null) {
        reader.close();
      }
      left.run();
    }
  }
}
