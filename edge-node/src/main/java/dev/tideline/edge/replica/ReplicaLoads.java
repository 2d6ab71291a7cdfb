package dev.tideline.edge.replica;

import dev.tideline.codec.Ids;
import dev.tideline.codec.InterestCodec;
import dev.tideline.model.Interest;
import dev.tideline.model.Interests;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.store.Table;
import dev.tideline.wire.v1.LoadBegun;
import dev.tideline.wire.v1.LoadEnded;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotNeeded;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a replica wants, and the snapshots that bring it: under the replica's lock, each step in the
 * apply log before it is taken. Safe for threads.
 */
public final class ReplicaLoads {

  private final ReentrantLock lock;
  private final ReplicaCore core;
  private final ApplyLog applyLog;
  private final VerdictWaits waits;
  private volatile Runnable ended = () -> {};

  ReplicaLoads(ReentrantLock lock, ReplicaCore core, ApplyLog applyLog, VerdictWaits waits) {
    this.lock = lock;
    this.core = core;
    this.applyLog = applyLog;
    this.waits = waits;
  }

  /** Told, outside the lock, when a load went live. */
  public void onEnded(Runnable listener) {
    ended = listener;
  }

  /** What the edge wants. */
  public Interests wanted() {
    return core.state().wanted();
  }

  /** What of it is there to be read. */
  public Interests ready() {
    return core.state().ready();
  }

  /** What is being loaded; nothing if nothing is. */
  public Interests scope() {
    return locked(core.loading()::scope);
  }

  /** Whether a snapshot is being loaded. */
  public boolean isLoading() {
    return locked(core.loading()::running);
  }

  /** Numbers the loads of this process. */
  public long number() {
    return locked(core.loading()::number);
  }

  /** Whether the base stands still because another one is loaded beside it. */
  public boolean isBeside() {
    return locked(core.loading()::beside);
  }

  /** Where a base that is loaded beside stands, by partition; empty if there is none. */
  public List<Position> cursors() {
    return locked(core.loading()::cursors);
  }

  /** Where the own verdicts known here end, by partition. */
  public List<Position> known() {
    return locked(
        () ->
            core.progress().partitions().stream()
                .map(one -> core.loading().beyondFork() ? Position.START : one.cursor())
                .toList());
  }

  /**
   * The first interests of an edge that has none of its own yet, before its first session: ready at
   * once, for where it stands there is nothing.
   */
  public void configure(Interests first) {
    locked(
        () -> {
          // An edge that never met its hub does not know yet whether it must load a base first.
          core.state().blank |= core.layout().isEmpty();
          if (!applyLog.holdsInterests()) {
            var held = core.state().atStart() ? first : Interests.EVERYTHING;
            hold(held, held);
          }
          return first;
        });
  }

  /**
   * Wants more.
   *
   * @throws InvalidInputException if it would be too many; nothing was changed
   */
  public void add(Collection<Interest> more) {
    locked(() -> hold(core.state().wanted().with(more), core.state().ready()));
  }

  /** Wants less; {@link #dropUnkept} makes room. */
  public void remove(Collection<Interest> less) {
    locked(
        () -> {
          hold(core.state().wanted().without(less), core.state().ready().without(less));
          core.state().tellReplaced();
          return less;
        });
  }

  private Interests hold(Interests wanted, Interests ready) {
    applyLog.append(ReplicaCore.held(wanted, ready));
    core.state().hold(wanted, ready);
    return wanted;
  }

  /** Drops what is held of keys that are not kept, a segment of the table at a time. */
  public void dropUnkept() {
    if (!ready().everything()) {
      core.state().cache.forEachSegment(this::drop);
    }
  }

  private void drop(List<QualifiedKey> keys) {
    locked(
        () -> {
          core.drop(keys);
          return keys;
        });
  }

  /**
   * What Welcome says of each partition. A base that was being loaded beside goes on if the stream
   * goes on with it; an interest that was being loaded has missed changes and is given up.
   *
   * @param needed by partition; empty if the stream goes on with the base
   */
  public void welcome(List<SnapshotNeeded> needed) {
    locked(
        () -> {
          requireOfLayout(needed);
          if (core.loading().running() && !goesOn(needed)) {
            abandon();
          }
          core.state().blank &= !needed.isEmpty();
          if (!needed.isEmpty() && !core.loading().running()) {
            var begun = LoadBegun.newBuilder().addAllScope(InterestCodec.encode(ready().all()));
            needed.forEach(one -> begun.addBeside(one.toBuilder().clearReason()));
            begin(begun.build());
          }
          return needed;
        });
  }

  private void requireOfLayout(List<SnapshotNeeded> needed) {
    int partitions = core.layout().orElseThrow().partitions();
    if (!needed.isEmpty() && needed.size() != partitions) {
      throw new InvalidInputException(
          "a base of %d partitions is to be loaded: there are %d"
              .formatted(needed.size(), partitions));
    }
    for (var one : needed) {
      Ids.decode(one.getStreamAfter());
      one.getTermsList().forEach(Ids::decode);
    }
  }

  private boolean goesOn(List<SnapshotNeeded> needed) {
    var cursors = core.loading().cursors();
    if (cursors.isEmpty() || cursors.size() != needed.size()) {
      return false;
    }
    // Of an interest that was left meanwhile the new session brings no changes.
    if (!ready().all().containsAll(core.loading().scope().all())) {
      return false;
    }
    for (int i = 0; i < cursors.size(); i++) {
      if (needed.get(i).getStreamAfter().getRevision() != cursors.get(i).revision()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The stream carries an addition from here on.
   *
   * @param streamAfter by partition
   */
  public void begin(Interests scope, List<Long> streamAfter) {
    locked(
        () -> {
          begin(LoadBegun.newBuilder().addAllScope(InterestCodec.encode(scope.all())).build());
          core.loading().streamAfter(streamAfter);
          return scope;
        });
  }

  private void begin(LoadBegun begun) {
    applyLog.append(begun);
    core.loading().begin(begun);
  }

  private void abandon() {
    var given = LoadEnded.getDefaultInstance();
    applyLog.append(given);
    core.loading().end(given).replaced().ifPresent(ReplicaLoads::closeLater);
  }

  /**
   * Takes the next frame of a snapshot.
   *
   * @return false if it does not fit what is being loaded
   */
  public boolean take(SnapshotFrame frame) {
    Runnable afterwards;
    lock.lock();
    try {
      if (!core.loading().running()) {
        return false;
      }
      switch (frame.getFrameCase()) {
        case START -> {
          if (!core.loading().start(frame.getStart())) {
            return false;
          }
        }
        case CHUNK -> {
          var chunk = frame.getChunk().toBuilder().clearResumeToken().build();
          var read = core.loading().read(chunk);
          applyLog.append(chunk);
          core.loading().chunk(read);
        }
        case END -> {
          if (!core.loading().end(frame.getEnd())) {
            return false;
          }
        }
        default -> {
          return false;
        }
      }
      afterwards = endIfWhole();
    } finally {
      lock.unlock();
    }
    afterwards.run();
    return true;
  }

  /** Under the lock; what it returns is run outside. */
  Runnable endIfWhole() {
    var whole = core.loading().whole();
    if (whole.isEmpty()) {
      return () -> {};
    }
    applyLog.append(whole.get());
    var left = core.loading().end(whole.get());
    var states = core.states(left.gone());
    return () -> {
      left.replaced().ifPresent(ReplicaLoads::closeLater);
      waits.tell(states);
      ended.run();
    };
  }

  /** A table closes after its last reader, and nobody here waits for him. */
  private static void closeLater(Table table) {
    Thread.ofPlatform().daemon().name("table-close").start(table::close);
  }

  private <T> T locked(java.util.function.Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
