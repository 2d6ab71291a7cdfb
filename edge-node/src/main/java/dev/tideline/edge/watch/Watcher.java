package dev.tideline.edge.watch;

import com.google.protobuf.ByteString;
import dev.tideline.edge.replica.ViewMove;
import dev.tideline.edge.replica.ViewMove.Moved;
import dev.tideline.edge.watch.PartitionFeed.Event;
import dev.tideline.model.Key;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchPosition;
import dev.tideline.wire.v1.WatchState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
 */
final class Watcher implements WatchDriver.Watch {

  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

  /** As much as a feed remembers: whoever is further behind can start over as well. */
  private static final int QUEUE_BYTES_MAX = 4 * PartitionFeed.BYTES_MAX;

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
  private final ArrayDeque<Queued> queue = new ArrayDeque<>();
  private int queuedBytes;

  @SuppressWarnings("NullAway.Init") // Before anything else is done with it.
  private PartitionFeed feed;

  private Optional<Refusal> failed = Optional.empty();
  private final AtomicBoolean left = new AtomicBoolean();
  private volatile boolean ended;

  Watcher(WatchScope scope, WatchSink sink, WatcherHome home) {
    this.scope = scope;
    this.sink = sink;
    this.home = home;
  }

  /** What waits to be sent; guarded by {@link #queue}. */
  private sealed interface Queued {

    record Moves(long number, ViewMove move, List<Moved> keys, int bytes) implements Queued {}

    record Mark(long number) implements Queued {}

    record StartOver(String reason) implements Queued {}
  }

  /** Joins the feed; then the rest of what was missed, or the state. */
  void begin(Optional<WatchPosition> resume) {
    boolean resumes = home.replica().whileStill(() -> join(resume));
    schedule();
    if (!resumes) {
      Thread.ofVirtual().name("watch-state").start(this::sendState);
    }
  }

  private boolean join(Optional<WatchPosition> resume) {
    feed = home.driver().join(home.partition(), this);
    if (resume.isEmpty()) {
      return false;
    }
    if (!home.driver().knows(resume.get(), home.partition(), feed)) {
      add(new Queued.StartOver("what happened since is not known here any more"), 0);
      return false;
    }
    feed.after(resume.get().getNumber()).forEach(this::enqueue);
    add(new Queued.Mark(feed.last()), 0);
    return true;
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
      add(new Queued.Moves(event.number(), event.move(), keys, event.bytes()), event.bytes());
    }
    return !keys.isEmpty();
  }

  private void add(Queued item, int bytes) {
    synchronized (queue) {
      queue.add(item);
      queuedBytes += bytes;
      if (queue.size() > 2 * PartitionFeed.EVENTS_MAX || queuedBytes > QUEUE_BYTES_MAX) {
        fail("the client does not keep up", "resume with the last mark or event taken in");
      }
    }
  }

  /** Nothing that was told still counts. */
  void replaced() {
    synchronized (queue) {
      fail("the edge was given a new copy of the partition", "resume: the watch starts over");
    }
    schedule();
  }

  /** Under the queue's monitor. */
  private void fail(String detail, String allowed) {
    failed = Optional.of(new Refusal(ErrorCode.WATCH_TOO_SLOW, detail, allowed));
    queue.clear();
    queuedBytes = 0;
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
      var why = failure();
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
      var next = next();
      if (next.isEmpty()) {
        return;
      }
      sink.send(message(next.get()));
    }
  }

  private Optional<Refusal> failure() {
    synchronized (queue) {
      return failed;
    }
  }

  private Optional<Queued> next() {
    synchronized (queue) {
      var next = Optional.ofNullable(queue.poll());
      next.ifPresent(item -> queuedBytes -= item instanceof Queued.Moves it ? it.bytes() : 0);
      return next;
    }
  }

  private WatchAnswer message(Queued item) {
    return switch (item) {
      case Queued.Moves moves ->
          WatchCodec.event(moves.move(), moves.keys(), position(moves.number()));
      case Queued.Mark mark -> WatchCodec.mark(position(mark.number()));
      case Queued.StartOver startOver -> WatchCodec.startOver(startOver.reason());
    };
  }

  private ByteString position(long number) {
    return home.driver().position(home.partition(), feed.id(), number);
  }

  /** Sends the state; the rest of the watch goes on meanwhile. */
  private void sendState() {
    try {
      var chunk = new ArrayList<QualifiedKey>(STATE_KEYS);
      if (scope.prefix()) {
        home.replica().forEachKey(key -> collect(key, chunk));
      } else {
        var key = Key.of(scope.text());
        scope.namespaces().forEach(namespace -> collect(new QualifiedKey(namespace, key), chunk));
      }
      sendState(chunk);
      home.replica()
          .whileStill(
              () -> {
                add(new Queued.Mark(feed.last()), 0);
                return true;
              });
      schedule();
    } catch (RuntimeException e) {
      LOG.warn("the state of a watch could not be sent", e);
      end(new Refusal(ErrorCode.INTERNAL, "the state could not be sent: " + e, "watch again"));
    }
  }

  private void collect(QualifiedKey key, List<QualifiedKey> chunk) {
    if (!ended && scope.holds(key)) {
      chunk.add(key);
      if (chunk.size() == STATE_KEYS) {
        sendState(chunk);
      }
    }
  }

  private void sendState(List<QualifiedKey> chunk) {
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
        if (ended) {
          break;
        }
        var reading = home.replica().read(key);
        if (!reading.state().dead()) {
          var value = WatchCodec.state(key, reading);
          state.addValues(value);
          bytes += value.getSerializedSize();
        }
      }
      sendState(state);
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
      synchronized (queue) {
        queue.clear();
      }
      home.driver().left(home.partition(), this);
    }
    return first;
  }
}
