package dev.tideline.edge.replica;

import dev.tideline.codec.MutationCodec;
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
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.store.CheckpointReader;
import dev.tideline.store.LogFullException;
import dev.tideline.store.RecordLog;
import dev.tideline.store.RetentionWindow;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.DecidedPlaces;
import dev.tideline.wire.v1.Former;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.ReadAnswer;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The lock around the replica, with the two logs: a mutation is in the journal before it is merged,
 * a batch in the apply log before the base moves. Work runs on whichever thread brings it.
 */
public final class ReplicaDriver {

  private final ReentrantLock lock = new ReentrantLock();
  private final EdgeId edge;
  private final ReplicaCore core;
  private final Journal journal;
  private final ApplyLog applyLog;
  private final ReplicaLoads loads;
  private final ReplicaReads reads;
  private final ReplicaForks forks;
  private final Clock clock;

  private final VerdictWaits waits = new VerdictWaits();
  private volatile boolean writable = true;
  private volatile boolean drained;
  private volatile Refusal whyNotWritable = new Refusal(ErrorCode.INTERNAL, "", "");

  public ReplicaDriver(
      EdgeId edge, ReplicaCore core, Journal journal, RecordLog applyLog, Clock clock) {
    this.edge = edge;
    this.core = core;
    this.journal = journal;
    this.applyLog = new ApplyLog(applyLog, edge);
    loads = new ReplicaLoads(lock, core, this.applyLog, waits);
    reads = new ReplicaReads(edge, lock, core);
    forks = new ReplicaForks(lock, core, journal, waits, clock);
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

  Journal journal() {
    return journal;
  }

  /** Whose it is. */
  public EdgeId edge() {
    return edge;
  }

  Clock clock() {
    return clock;
  }

  /** Begins an incarnation; writes are taken from then on. */
  public void begin(long random, String bootId) {
    var forked = core.state().forks.allUncompared();
    core.begin(journal.begin(clock.millis(), random, bootId, forked), forked);
    forks.finish();
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

  /** What readers ask. */
  public ReplicaReads reads() {
    return reads;
  }

  /** What a checkpoint is made of. */
  CheckpointSource checkpointSource() {
    return new CheckpointSource(lock, core, journal, applyLog);
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

  /** Completes with the verdict of an own write, which may be known already. */
  public CompletableFuture<OwnVerdict> verdict(Receipt receipt) {
    var followed = follow(receipt);
    var verdict = waits.await(followed, this::receipt);
    // One that was issued again before the wait was noted is known by then.
    return follow(receipt).equals(followed) ? verdict : verdict(receipt);
  }

  /** The receipt of what a write was issued as last. */
  public Receipt follow(Receipt receipt) {
    return locked(() -> core.state().forks.follow(receipt));
  }

  /** Incarnations that lived twice. */
  public ReplicaForks forks() {
    return forks;
  }

  /** What is known here of a receipt of this edge. */
  public ReceiptState receipt(Receipt receipt) {
    return locked(() -> core.receipt(receipt));
  }

  /**
   * Applies what the hub decided.
   *
   * @return empty if something is missing before the batch; nothing was done then
   */
  public Optional<Settled> apply(ChangeBatch batch) {
    var settled = locked(() -> take(batch));
    if (settled.isPresent()) {
      // Before a load may go live: that takes a record, for which the disk may have no room.
      waits.tell(settled.get().verdicts());
      waits.forget(settled.get().unknown());
      locked(loads::endIfWhole).run();
    }
    return settled;
  }

  /** What is loaded beside is not the view yet; what it settles is told when it is. */
  private Optional<Settled> take(ChangeBatch batch) {
    if (!core.continues(batch)) {
      return Optional.empty();
    }
    var read = core.read(batch);
    applyLog.append(batch);
    boolean beside = core.loading().beside();
    var settled = core.apply(batch, read);
    return Optional.of(beside ? Settled.NOTHING : settled);
  }

  /** Keys that cannot be read for want of a change that found no room, or could not be read. */
  public long quarantined() {
    return core.quarantine().size();
  }

  /** A quarantined key among some; empty if there is none. */
  public Optional<QualifiedKey> quarantined(Predicate<QualifiedKey> among) {
    return core.quarantine().any(among);
  }

  /** Of the quarantined keys some that may find room, without those that were asked for. */
  public List<QualifiedKey> missed(int most, Set<QualifiedKey> asked) {
    return locked(
        () -> core.loading().running() ? List.of() : core.quarantine().missed(most, asked));
  }

  /**
   * Takes what the hub told of a quarantined key.
   *
   * @return false if the stream has not yet come to where the hub was then
   */
  public boolean readmit(QualifiedKey key, ReadAnswer answer) {
    return locked(() -> core.loading().running() || core.quarantine().readmit(key, answer));
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

  /**
   * The hub has told how it stands.
   *
   * @param hubTime which the clock is moved behind
   * @param keysFull whether the hub has no place for further idempotency keys
   */
  public void heartbeat(HybridTime hubTime, boolean keysFull) {
    lock.lock();
    try {
      core.observe(hubTime);
      core.state().ownKeys.hubIsFull(keysFull);
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

  /**
   * What became of an own mutation, for a hub that has lost it; empty if it is not known to have
   * been decided.
   *
   * @param noted the revision at which it was decided, by {@link #ownPlaces}; 0 if they lack it
   */
  public Optional<Former> former(Mutation mutation, long noted) {
    return locked(() -> Formers.of(MutationCodec.decode(mutation), noted, core.state()));
  }

  /** The revisions at which the newest own mutations were decided. */
  public Map<MutationId, Long> ownPlaces() {
    return locked(() -> core.state().places.of(edge));
  }

  /** Where the newest mutations of all edges were decided, for the same. */
  public List<DecidedPlaces> places() {
    return locked(() -> Formers.places(core.state()));
  }

  /** How much waits for the hub. */
  public Backlog backlog() {
    return drained ? new Backlog(0, 0, Long.MAX_VALUE) : locked(core::backlog);
  }

  /** Writes are refused, and the hub has taken everything: it will not say what became of it. */
  public void drained() {
    drained = true;
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
