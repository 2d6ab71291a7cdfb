package dev.tideline.edge.replica;

import dev.tideline.edge.cache.ViewCache;
import dev.tideline.edge.journal.Journal;
import dev.tideline.edge.replica.Proposal.Made;
import dev.tideline.edge.replica.Proposal.Repeated;
import dev.tideline.edge.replica.ReplicaCore.Backlog;
import dev.tideline.edge.replica.ReplicaCore.Watermarks;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Layout;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.store.CheckpointReader;
import dev.tideline.store.LogFullException;
import dev.tideline.store.RecordLog;
import dev.tideline.store.RetentionWindow;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.ReadAnswer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The lock around the replica, with the two logs: a mutation is in the journal before it is merged,
 * a batch in the apply log before the base moves. Work runs on whichever thread brings it.
 */
public final class ReplicaDriver {

  /** About as long as a writer that keeps its processor needs for the keys of one mutation. */
  private static final int READ_ATTEMPTS_MAX = 200;

  /** A batch that is being applied takes longer than is worth spinning for. */
  private static final int READ_ALL_ATTEMPTS_MAX = 8;

  private final ReentrantLock lock = new ReentrantLock();
  private final EdgeId edge;
  private final ReplicaCore core;
  private final Journal journal;
  private final ApplyLog applyLog;
  private final ReplicaLoads loads;
  private final Clock clock;

  /**
   * Who waits for a verdict; completed outside the lock. One that gave up stays until the verdict
   * comes, for there may be others; there are at most as many as may be undecided.
   */
  private final Map<MutationId, CompletableFuture<OwnVerdict>> waiting = new ConcurrentHashMap<>();

  private volatile boolean writable = true;
  private volatile Refusal whyNotWritable = new Refusal(ErrorCode.INTERNAL, "", "");

  public ReplicaDriver(
      EdgeId edge, ReplicaCore core, Journal journal, RecordLog applyLog, Clock clock) {
    this.edge = edge;
    this.core = core;
    this.journal = journal;
    this.applyLog = new ApplyLog(applyLog, edge);
    loads = new ReplicaLoads(lock, core, this.applyLog, this::tell);
    this.clock = clock;
  }

  /** Rebuilds everything from whole logs; when the edge was last caught up, 0 if never. */
  public long recover() {
    return recover(Optional.empty(), new RetentionWindow(0, 0));
  }

  /** Rebuilds everything; when the edge was last caught up, 0 if never. */
  long recover(Optional<CheckpointReader> checkpoint, RetentionWindow journalWindow) {
    return new ReplicaRecovery(edge, core, journal, applyLog, journalWindow).run(checkpoint);
  }

  /**
   * What a checkpoint begins with, all at one moment.
   *
   * @param applyPosition the image includes the apply log up to here
   * @param journalEnd position behind the journal's last record, before which so many bytes lie
   */
  record Begun(
      ReplicaImage image,
      long applyPosition,
      long caughtUpMs,
      long journalEnd,
      long journalBytes) {}

  Begun beginCheckpoint() {
    return locked(
        () -> {
          applyLog.checkpointBegun();
          return new Begun(
              core.image(journal.end()),
              applyLog.lastPosition(),
              applyLog.caughtUpMs(),
              journal.end(),
              journal.bytes());
        });
  }

  /** Sees the base of every key, while work goes on. */
  void forEachBase(ViewCache.BaseVisitor visitor) {
    core.forEachBase(visitor);
  }

  long applyPosition() {
    return applyLog.lastPosition();
  }

  /** Returns once the apply log is synced up to the position. */
  void awaitApplied(long position) {
    applyLog.awaitDurable(position);
  }

  long applyBytesSinceCheckpoint() {
    return locked(applyLog::bytesSinceCheckpoint);
  }

  void truncateApplyLog(long before) {
    applyLog.truncateBefore(before);
  }

  /** Gives back decided journal, and forgets what only it could prove. */
  void forgetJournalBefore(long position) {
    journal.truncateBefore(position);
    locked(
        () -> {
          long first = journal.first();
          for (long incarnation : core.progress().retained().keySet()) {
            long highest = first - 1 - journal.position(incarnation, 0);
            if (highest > 0) {
              core.state().forget(incarnation, highest);
            }
          }
          return first;
        });
  }

  Journal journal() {
    return journal;
  }

  EdgeId edge() {
    return edge;
  }

  Clock clock() {
    return clock;
  }

  /** Begins an incarnation; writes are taken from then on. */
  public void begin(long random, String bootId) {
    core.begin(journal.begin(clock.millis(), random, bootId));
  }

  /** Journals and merges a write, or says why not. */
  public WriteOutcome write(WriteIntent intent) {
    if (!writable) {
      return new WriteOutcome.Declined(whyNotWritable);
    }
    lock.lock();
    try {
      return switch (core.propose(intent, clock.millis())) {
        case Made made -> journalled(made);
        case Repeated repeated -> repeated(repeated.first());
        case Proposal.Declined declined -> new WriteOutcome.Declined(declined.refusal());
      };
    } catch (LogFullException e) {
      return new WriteOutcome.Declined(
          new Refusal(
              ErrorCode.NOT_ACCEPTED,
              String.valueOf(e.getMessage()),
              "free disk space, then retry"));
    } finally {
      lock.unlock();
    }
  }

  private WriteOutcome journalled(Made made) {
    var appended = journal.append(made.mutation());
    var receipt = core.merge(made, appended.position(), appended.bytes());
    return new WriteOutcome.Journalled(receipt, appended.position(), Optional.of(core.token(made)));
  }

  private WriteOutcome repeated(Receipt first) {
    long position = journal.position(first.id().incarnation(), first.id().sequence());
    return new WriteOutcome.Journalled(first, position, Optional.empty());
  }

  /** Returns once the journal is synced up to the position. */
  public void awaitDurable(long position) {
    journal.awaitDurable(position);
  }

  /** Tells the listener of everything that becomes visible from here on. */
  public void listen(ViewListener listener) {
    lock.lock();
    try {
      core.listen(listener);
    } finally {
      lock.unlock();
    }
  }

  /** Does something short while nothing moves. */
  public <T> T whileStill(Supplier<T> question) {
    return locked(question);
  }

  /** Sees every key that is held, in no order, while work goes on. */
  public void forEachKey(Consumer<QualifiedKey> visitor) {
    core.forEachKey(visitor);
  }

  /** The number of this process. */
  public long incarnation() {
    return core.incarnation();
  }

  /** The partition of a key; a layout must be known. */
  public int partitionOf(QualifiedKey key) {
    return core.partitionOf(key);
  }

  /** Runs the action once the journal is synced up to the position; it must not block. */
  public void whenDurable(long position, Runnable action) {
    journal.whenDurable(position, action);
  }

  /**
   * Whether all that a token saw is known to be in the view. What another edge had not yet heard
   * back of is not known here, even where it has arrived.
   */
  public boolean holds(VersionToken token) {
    var layout = core.layout();
    if (layout.isEmpty() || token.partition() >= layout.get().partitions()) {
      return false;
    }
    return holds(token, core.cursor(token.partition()));
  }

  /** The same of an answer of the hub's as of a position in the token's partition. */
  public boolean holds(VersionToken token, Position cursor) {
    var seen = token.context().seen();
    return Long.compareUnsigned(seen.term(), cursor.term()) <= 0
        && seen.revision() <= cursor.revision()
        && token.context().own().stream().allMatch(id -> holdsOwn(id, token.partition()));
  }

  private boolean holdsOwn(MutationId id, int partition) {
    return id.edge().equals(edge)
        && !(receipt(new Receipt(id, partition)) instanceof ReceiptState.NotHere);
  }

  /** Completes with the verdict of an own write, which may be known already. */
  public CompletableFuture<OwnVerdict> verdict(Receipt receipt) {
    var future = waiting.computeIfAbsent(receipt.id(), id -> new CompletableFuture<>());
    if (receipt(receipt) instanceof ReceiptState.Decided decided) {
      waiting.remove(receipt.id());
      future.complete(decided.verdict());
    }
    return future;
  }

  /** What is known here of a receipt of this edge. */
  public ReceiptState receipt(Receipt receipt) {
    return locked(() -> core.receipt(receipt));
  }

  /**
   * Reads a key's view, without the lock, unless a writer was caught again and again in the middle
   * of an atomic mutation (it may have lost its processor).
   */
  public Reading read(QualifiedKey key) {
    int partition = core.partitionOf(key);
    var guard = core.guard(partition);
    for (int attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt++) {
      long before = guard.together();
      if (!ReadGuard.busy(before)) {
        var reading = core.read(partition, key);
        if (guard.together() == before) {
          return reading;
        }
      }
      Thread.onSpinWait();
    }
    return locked(() -> core.read(partition, key));
  }

  /** The same into a buffer, without garbage; false if the key is quarantined. */
  public boolean read(QualifiedKey key, ReadBuffer into) {
    int partition = core.partitionOf(key);
    var guard = core.guard(partition);
    for (int attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt++) {
      long before = guard.together();
      if (!ReadGuard.busy(before)) {
        boolean held = core.read(partition, key, into);
        if (guard.together() == before) {
          return held;
        }
      }
      Thread.onSpinWait();
    }
    return locked(() -> core.read(partition, key, into));
  }

  /**
   * Reads keys of one zone as they all were at one moment, in their order; without the lock unless
   * the partition is being written again and again.
   */
  public List<Reading> readAll(List<QualifiedKey> keys) {
    int partition = core.partitionOf(keys.getFirst());
    var guard = core.guard(partition);
    for (int attempt = 0; attempt < READ_ALL_ATTEMPTS_MAX; attempt++) {
      long before = guard.moving();
      if (!ReadGuard.busy(before)) {
        var readings = readEach(partition, keys);
        if (guard.moving() == before) {
          return readings;
        }
      }
      Thread.onSpinWait();
    }
    return locked(() -> readEach(partition, keys));
  }

  private List<Reading> readEach(int partition, List<QualifiedKey> keys) {
    var readings = new ArrayList<Reading>(keys.size());
    for (var key : keys) {
      readings.add(core.read(partition, key));
    }
    return readings;
  }

  /** Whether a key is here to be read: wanted and loaded. */
  public boolean holds(QualifiedKey key) {
    return core.holds(key);
  }

  /** Whether all keys of a namespace and a zone are that begin with the text. */
  public boolean holdsAll(String namespace, String prefix) {
    return core.holdsAll(namespace, prefix);
  }

  /**
   * What a reader gets of a key that is not held here, from what the hub told of it; empty if the
   * answer lacks an own write that was decided meanwhile, and the hub must be asked again.
   */
  public Optional<Reading> read(ReadAnswer answer, QualifiedKey key) {
    return locked(() -> core.read(answer, key));
  }

  /**
   * Applies what the hub decided.
   *
   * @return empty if something is missing before the batch; nothing was done then
   */
  public Optional<Settled> apply(ChangeBatch batch) {
    Settled settled;
    boolean beside;
    Runnable afterwards;
    lock.lock();
    try {
      if (!core.continues(batch)) {
        return Optional.empty();
      }
      applyLog.append(batch);
      beside = core.loading().beside();
      settled = core.apply(batch);
      afterwards = loads.endIfWhole();
    } finally {
      lock.unlock();
    }
    // What is loaded beside is not the view yet; its verdicts are told when it is.
    if (!beside) {
      tell(settled.verdicts());
    }
    afterwards.run();
    return Optional.of(beside ? Settled.NOTHING : settled);
  }

  private void tell(List<OwnVerdict> verdicts) {
    for (var verdict : verdicts) {
      var future = waiting.remove(verdict.id());
      if (future != null) {
        future.complete(verdict);
      }
    }
  }

  /** Interests and snapshots. */
  public ReplicaLoads loads() {
    return loads;
  }

  /** Whether a snapshot is being loaded: no checkpoint may begin. */
  public boolean isLoading() {
    return locked(core.loading()::running);
  }

  /** Takes in what Welcome told, keeping on disk what is new. */
  public void welcome(Layout layout, Optional<Catalog> newer, HybridTime hubTime) {
    lock.lock();
    try {
      if (core.layout().isEmpty()) {
        applyLog.append(layout);
        core.learn(layout);
      }
      newer.ifPresent(this::learn);
      core.observe(hubTime);
    } finally {
      lock.unlock();
    }
  }

  private void learn(Catalog catalog) {
    applyLog.append(catalog);
    core.learn(catalog);
  }

  /** Takes in a catalog told while streaming. */
  public void catalog(Catalog newer) {
    lock.lock();
    try {
      learn(newer);
    } finally {
      lock.unlock();
    }
  }

  /** Notes that everything decided before this moment is held. */
  public void caughtUp(long wallMs) {
    lock.lock();
    try {
      applyLog.appendCaughtUp(wallMs);
    } finally {
      lock.unlock();
    }
  }

  /** Moves the clock behind the hub's. */
  public void observe(HybridTime hubTime) {
    lock.lock();
    try {
      core.observe(hubTime);
    } finally {
      lock.unlock();
    }
  }

  /** Refuses writes from now on: another copy of this edge has taken its place. */
  public void refuseWrites(Refusal why) {
    whyNotWritable = why;
    writable = false;
  }

  /** How far the replica is. */
  public ReplicaProgress progress() {
    return locked(core::progress);
  }

  /** How much waits for the hub. */
  public Backlog backlog() {
    return locked(core::backlog);
  }

  /** Where in the journal sending must begin; the journal's end if everything is decided. */
  public long firstToSend(Watermarks watermarks) {
    return locked(() -> Math.min(core.firstToSend(watermarks), journal.end()));
  }

  /** Keys held, tombstones included. */
  public long keys() {
    return core.keys();
  }

  public Optional<Layout> layout() {
    return core.layout();
  }

  public Catalog catalog() {
    return core.catalog();
  }

  private <T> T locked(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }
}
