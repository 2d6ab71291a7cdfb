package dev.tideline.edge.watch;

import com.google.protobuf.ByteString;
import dev.tideline.edge.watch.PartitionFeed.Event;
import dev.tideline.edge.watch.WatchQueue.Item;
import dev.tideline.edge.watch.WatchQueue.Place;
import dev.tideline.model.Key;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchPosition;
import dev.tideline.wire.v1.WatchState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch. Events come in under the replica's lock, into a bounded queue; they go out under
 * {@link #sending}, which nobody takes who holds the replica's lock.
 *
 * <p>The state is read key by key while events already flow. That is sound because a value is read
 * in the moment it is sent: it is never older than an event that was sent before it, and an older
 * event that is sent after it is followed, before the mark, by whatever made the value. Once all is
 * sent the mark is queued behind the events so far, so what stands before it is the picture of that
 * moment.
 *
 * <p>When the view moves in a way that is not told key by key, the watch starts over: a further
 * round, with a feed of its own. A state that is still being sent for an earlier round is given up.
 */
final class Watcher implements WatchDriver.Watch {

  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

  /** A message of the state closes at this size; a value of the largest size stands alone. */
  private static final int STATE_BYTES = 64 * 1024;

  private static final int STATE_KEYS = 64;

  /** A client that takes nothing of the state for so long is gone, or as good as gone. */
  private static final long STATE_PATIENCE_S = 30;

  private final WatchScope scope;
  private final WatchSink sink;
  private final WatcherHome home;
  private final ReentrantLock sending = new ReentrantLock();
  private final Condition canSend = sending.newCondition();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final WatchQueue queue = new WatchQueue();

  /** Of this round; joined and left under the replica's lock. */
  @SuppressWarnings("NullAway.Init") // Before anything else is done with it.
  private PartitionFeed feed;

  private final AtomicInteger round = new AtomicInteger();

  /** Whether the client holds a whole picture, and could go on behind what it is sent. */
  private boolean whole;

  private final AtomicBoolean left = new AtomicBoolean();
  private volatile boolean ended;

  Watcher(WatchScope scope, WatchSink sink, WatcherHome home) {
    this.scope = scope;
    this.sink = sink;
    this.home = home;
  }

  /**
   * Joins the feed; then the rest of what was missed, or the state.
   *
   * @return why it cannot; nothing was begun then
   */
  Optional<Refusal> begin(Optional<WatchPosition> resume) {
    var begun = home.replica().whileStill(() -> join(resume));
    if (begun instanceof Begun.Refused(Refusal refusal)) {
      return Optional.of(refusal);
    }
    schedule();
    if (begun instanceof Begun.WithState) {
      sendStateSoon();
    }
    return Optional.empty();
  }

  /** How a watch begins. */
  private sealed interface Begun {
    record Refused(Refusal refusal) implements Begun {}

    record WithState() implements Begun {}

    record Resumed() implements Begun {}
  }

  private Begun join(Optional<WatchPosition> resume) {
    var refused = scope.notHeld(home.replica());
    if (refused.isPresent()) {
      return new Begun.Refused(refused.get());
    }
    feed = home.driver().join(home.partition(), this);
    if (resume.isEmpty()) {
      return new Begun.WithState();
    }
    if (!home.driver().knows(resume.get(), home.partition(), feed)) {
      queue.add(new Item.StartOver("what happened since is not known here any more"));
      return new Begun.WithState();
    }
    whole = true;
    feed.after(resume.get().getNumber()).forEach(this::enqueue);
    addMark();
    return new Begun.Resumed();
  }

  /** Under the replica's lock. */
  private void addMark() {
    queue.add(new Item.Mark(new Place(feed.id(), feed.last())));
  }

  /** Takes an event; never blocks. */
  void offer(Event event) {
    if (!ended && enqueue(event)) {
      schedule();
    }
  }

  private boolean enqueue(Event event) {
    var keys = event.move().keys().stream().filter(moved -> scope.holds(moved.key())).toList();
    if (!keys.isEmpty()) {
      var place = new Place(feed.id(), event.number());
      queue.add(new Item.Moves(place, event.move(), keys, event.bytes()));
    }
    return !keys.isEmpty();
  }

  /** Nothing that was told still counts; called under the replica's lock. */
  void replaced() {
    round.incrementAndGet();
    var refused = scope.notHeld(home.replica());
    if (refused.isPresent()) {
      queue.fail(refused.get());
      schedule();
      return;
    }
    feed = home.driver().join(home.partition(), this);
    queue.addInstead(new Item.StartOver("the edge was given another copy of what is watched"));
    schedule();
    sendStateSoon();
  }

  /** A change of a key could not be applied; called under the replica's lock. */
  void quarantined(QualifiedKey key) {
    if (scope.holds(key)) {
      round.incrementAndGet();
      queue.fail(WatchScope.quarantined(key));
      schedule();
    } else {
      // The feed of before tells of others as if all could be told.
      feed = home.driver().join(home.partition(), this);
    }
  }

  @Override
  public void ready() {
    schedule();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      home.driver().soon(this::send);
    }
  }

  private void send() {
    scheduled.set(false);
    sending.lock();
    try {
      canSend.signalAll();
      var why = queue.failure();
      if (why.isPresent()) {
        end(why.get());
      }
      sendQueued();
    } finally {
      sending.unlock();
    }
  }

  private void sendQueued() {
    while (!ended && sink.isReady()) {
      var next = queue.next();
      if (next.isEmpty()) {
        return;
      }
      sink.send(message(next.get()));
    }
  }

  private WatchAnswer message(Item item) {
    return switch (item) {
      case Item.Moves moves ->
          WatchCodec.event(
              moves.move(), moves.keys(), whole ? position(moves.place()) : ByteString.EMPTY);
      case Item.Mark mark -> {
        whole = true;
        yield WatchCodec.mark(position(mark.place()));
      }
      case Item.StartOver startOver -> {
        whole = false;
        yield WatchCodec.startOver(startOver.reason());
      }
    };
  }

  private ByteString position(Place place) {
    return home.driver().position(home.partition(), place.feed(), place.number());
  }

  /** The rest of the watch goes on meanwhile. */
  private void sendStateSoon() {
    int ofRound = round.get();
    home.driver().sendState(() -> sendState(ofRound));
  }

  private void sendState(int ofRound) {
    try {
      var chunk = new ArrayList<QualifiedKey>(STATE_KEYS);
      if (scope.prefix()) {
        home.replica().forEachKey(key -> collect(ofRound, key, chunk));
      } else {
        var key = Key.of(scope.text());
        scope
            .namespaces()
            .forEach(namespace -> collect(ofRound, new QualifiedKey(namespace, key), chunk));
      }
      sendState(ofRound, chunk);
      home.replica()
          .whileStill(
              () -> {
                if (ofRound == round.get()) {
                  addMark();
                }
                return ofRound;
              });
      schedule();
    } catch (RuntimeException e) {
      LOG.warn("the state of a watch could not be sent", e);
      end(new Refusal(ErrorCode.INTERNAL, "the state could not be sent: " + e, "watch again"));
    }
  }

  /** Whether nobody wants the state that is being sent any more. */
  private boolean isOver(int ofRound) {
    return ended || ofRound != round.get();
  }

  private void collect(int ofRound, QualifiedKey key, List<QualifiedKey> chunk) {
    if (!isOver(ofRound) && scope.holds(key)) {
      chunk.add(key);
      if (chunk.size() == STATE_KEYS) {
        sendState(ofRound, chunk);
      }
    }
  }

  private void sendState(int ofRound, List<QualifiedKey> chunk) {
    sending.lock();
    try {
      var state = WatchState.newBuilder();
      int bytes = 0;
      for (var key : chunk) {
        if (bytes >= STATE_BYTES) {
          sendState(state);
          bytes = 0;
        }
        if (bytes == 0) {
          awaitReady();
          // Whatever takes back what was told before must not come behind the state.
          sendQueued();
        }
        if (isOver(ofRound)) {
          break;
        }
        var reading = home.replica().reads().read(key);
        if (!reading.state().dead()) {
          var value = WatchCodec.state(key, reading);
          state.addValues(value);
          bytes += value.getSerializedSize();
        }
      }
      if (!isOver(ofRound)) {
        sendState(state);
      }
    } finally {
      sending.unlock();
      chunk.clear();
    }
  }

  private void sendState(WatchState.Builder state) {
    if (!ended && state.getValuesCount() > 0) {
      sink.send(WatchAnswer.newBuilder().setState(state).build());
      state.clear();
    }
  }

  /** Returns when the client takes more, or the watch has ended. */
  private void awaitReady() {
    long leftNs = TimeUnit.SECONDS.toNanos(STATE_PATIENCE_S);
    while (!ended && !sink.isReady()) {
      try {
        leftNs = canSend.awaitNanos(leftNs);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        leftNs = 0;
      }
      if (leftNs <= 0) {
        end(new Refusal(ErrorCode.WATCH_TOO_SLOW, "the client takes no state", "watch again"));
      }
    }
  }

  private void end(Refusal why) {
    sending.lock();
    try {
      if (leave()) {
        sink.fail(why);
      }
    } finally {
      sending.unlock();
    }
  }

  @Override
  public void cancel() {
    leave();
    schedule();
  }

  /** False if it has been left before. */
  private boolean leave() {
    boolean first = left.compareAndSet(false, true);
    if (first) {
      ended = true;
      queue.clear();
      home.driver().left(home.partition(), this);
    }
    return first;
  }
}
