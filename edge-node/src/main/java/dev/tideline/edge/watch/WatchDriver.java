package dev.tideline.edge.watch;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.replica.ViewListener;
import dev.tideline.edge.replica.ViewMove;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Layout;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.wire.v1.WatchPosition;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All watches of an edge. The replica's lock guards the feeds, so that a watch begins at one moment
 * of its partition; what it is sent leaves on a thread of its own.
 */
public final class WatchDriver implements ViewListener, AutoCloseable {

  /** Each holds at most a queue of a few MiB while its client is slow. */
  static final int WATCHES_MAX = 512;

  private final EdgeId edge;
  private final ReplicaDriver replica;
  private final Optional<PartitionFeed>[] feeds;
  private final AtomicInteger open = new AtomicInteger();
  private final ExecutorService sender;
  private final Executor states;
  private long feedsBegun;

  /** Listens to the replica from then on. */
  public WatchDriver(EdgeId edge, ReplicaDriver replica) {
    this(
        edge,
        replica,
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("watch-sender").factory()),
        task -> Thread.ofVirtual().name("watch-state").start(task));
  }

  /**
   * The same on threads of others.
   *
   * @param sender one thread; what is sent to a watch leaves there
   * @param states where the state of a watch is read and sent; may wait for its client
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of generic types.
  public WatchDriver(EdgeId edge, ReplicaDriver replica, ExecutorService sender, Executor states) {
    this.edge = edge;
    this.replica = replica;
    this.sender = sender;
    this.states = states;
    feeds = new Optional[Layout.PARTITIONS_MAX];
    java.util.Arrays.fill(feeds, Optional.empty());
    replica.listen(this);
  }

  @Override
  public boolean listens(int partition) {
    return feeds[partition].isPresent();
  }

  @Override
  public void moved(ViewMove move) {
    var feed = feeds[move.partition()].orElseThrow();
    feed.add(move);
    if (feed.useless()) {
      feeds[move.partition()] = Optional.empty();
    }
  }

  @Override
  public void replaced(int partition) {
    var followed = feeds[partition].map(PartitionFeed::watchers).orElse(List.of());
    feeds[partition] = Optional.empty();
    followed.forEach(Watcher::replaced);
  }

  /** Whoever follows the key cannot be told all any more; nobody goes on where he was. */
  @Override
  public void quarantined(QualifiedKey key) {
    int partition = replica.partitionOf(key);
    var followed = feeds[partition].map(PartitionFeed::watchers).orElse(List.of());
    feeds[partition] = Optional.empty();
    followed.forEach(watcher -> watcher.quarantined(key));
  }

  /** What becomes of a request to watch. */
  public sealed interface Opened {

    /** It runs. */
    record Running(Watch watch) implements Opened {}

    /** It does not. */
    record Refused(Refusal refusal) implements Opened {}
  }

  /** A running watch, for whoever owns its stream. */
  public interface Watch {

    /** The sink takes more. */
    void ready();

    /** The client is gone. */
    void cancel();
  }

  /**
   * Begins a watch.
   *
   * @param resume empty, or of the last mark or event that the client took in
   */
  public Opened open(WatchScope scope, ByteString resume, WatchSink sink) {
    var layout = replica.layout();
    if (layout.isEmpty()) {
      return refused(ErrorCode.NO_CATALOG, "this edge has not yet met its hub", "retry later");
    }
    Optional<WatchPosition> position;
    try {
      position = resume.isEmpty() ? Optional.empty() : Optional.of(WatchPosition.parseFrom(resume));
    } catch (InvalidProtocolBufferException e) {
      return refused(
          ErrorCode.TOKEN_INVALID, "'resume' is of no watch", "what a mark or event carried");
    }
    if (open.incrementAndGet() > WATCHES_MAX) {
      open.decrementAndGet();
      return refused(
          ErrorCode.WATCH_TOO_SLOW, "%d watches are open".formatted(WATCHES_MAX), "retry later");
    }
    int partition = layout.get().partitionOf(scope.zone());
    var watcher = new Watcher(scope, sink, new WatcherHome(replica, this, partition));
    var refused = watcher.begin(position);
    if (refused.isPresent()) {
      open.decrementAndGet();
      return new Opened.Refused(refused.get());
    }
    return new Opened.Running(watcher);
  }

  private static Opened refused(ErrorCode code, String detail, String allowed) {
    return new Opened.Refused(new Refusal(code, detail, allowed));
  }

  /** Lets a watcher follow; called while the replica stands still. */
  PartitionFeed join(int partition, Watcher watcher) {
    if (feeds[partition].isEmpty()) {
      feeds[partition] = Optional.of(new PartitionFeed(++feedsBegun));
    }
    var feed = feeds[partition].get();
    feed.join(watcher);
    return feed;
  }

  /** Where an event stands, for a client to come back to. */
  ByteString position(int partition, long feed, long number) {
    return WatchPosition.newBuilder()
        .setEdge(edge.text())
        .setIncarnation(replica.incarnation())
        .setPartition(partition)
        .setFeed(feed)
        .setNumber(number)
        .build()
        .toByteString();
  }

  /** Whether what followed the position is still known to the feed. */
  boolean knows(WatchPosition position, int partition, PartitionFeed feed) {
    return position.getEdge().equals(edge.text())
        && position.getIncarnation() == replica.incarnation()
        && position.getPartition() == partition
        && position.getFeed() == feed.id()
        && feed.knowsAfter(position.getNumber());
  }

  /** Has a watcher send what it can, soon, on another thread. */
  void soon(Runnable sending) {
    if (!sender.isShutdown()) {
      sender.execute(sending);
    }
  }

  /** Has a watcher send its state, on a thread that may wait for the client. */
  void sendState(Runnable sending) {
    states.execute(sending);
  }

  void left(int partition, Watcher watcher) {
    open.decrementAndGet();
    var _ =
        replica.whileStill(
            () -> {
              feeds[partition].ifPresent(feed -> feed.leave(watcher));
              return partition;
            });
  }

  @Override
  public void close() {
    sender.shutdownNow();
  }
}
