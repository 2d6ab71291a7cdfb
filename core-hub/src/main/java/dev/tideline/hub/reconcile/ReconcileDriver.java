package dev.tideline.hub.reconcile;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.changelog.HubClock;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Layout;
import dev.tideline.model.LostHistory;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.telemetry.Tracing;
import dev.tideline.store.Table;
import dev.tideline.wire.v1.DecidedPlaces;
import dev.tideline.wire.v1.PartitionHealed;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.TermBegun;
import dev.tideline.wire.v1.Unhealed;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * All partitions. What it answers is what memory holds; whoever tells it to an edge first waits
 * until the change log is durable to the position it had after the answer. Safe for threads.
 */
public final class ReconcileDriver {

  /** What became of a mutation is known for as long at least. */
  public static final long RECEIPTS_KEPT_MS = IdempotencyBudget.RETENTION_MS;

  private final Layout layout;
  private final IdempotencyBudget budget;
  private final List<PartitionDriver> partitions = new ArrayList<>();

  /**
   * Partitions that are empty until the log is replayed.
   *
   * @param table for all partitions; it is written under locks taken here
   * @param broken told when memory and log may have come apart: the process must end
   */
  public ReconcileDriver(
      Layout layout,
      Table table,
      ChangeLogDriver changeLog,
      HubClock clock,
      Watchers watchers,
      Consumer<Throwable> broken) {
    this.layout = layout;
    budget = new IdempotencyBudget(IdempotencyBudget.KEYS_MAX);
    var spans = new ReconcileTracing(watchers.tracing(), changeLog, Clock.systemUTC());
    for (int i = 0; i < layout.partitions(); i++) {
      var core = new PartitionCore(i, table, budget);
      partitions.add(new PartitionDriver(core, changeLog, clock, watchers.tally(), spans, broken));
    }
  }

  /** Who is told of decisions, and decides nothing. */
  public record Watchers(Tally tally, Tracing tracing) {}

  /** What became of a share. */
  public enum Submitted {
    /** All of it has been decided, by this call or before; durable once the log is. */
    DECIDED,
    /** A mutation does not follow the watermark; what comes before it has been decided. */
    GAP,
    /** Nothing more is decided of the source; what the watermark covers was passed over. */
    CLOSED
  }

  /** How mutations are laid on partitions. */
  public Layout layout() {
    return layout;
  }

  /** Takes a term, read from the log or about to begin. */
  public void enter(TermBegun term) {
    partitions.forEach(partition -> partition.enter(term));
  }

  /**
   * Takes a record of the log.
   *
   * @param wallMs when it was made, in milliseconds since 1970
   */
  public void replay(PartitionRecord record, long wallMs) {
    partitions.get(record.getPartition()).replay(record, wallMs);
  }

  /**
   * What a partition knows beside the table; idempotency keys and verdicts beyond their retention
   * are forgotten first.
   *
   * @param wallMs milliseconds since 1970
   */
  public PartitionImage image(int partition, long wallMs) {
    return partitions.get(partition).image(wallMs - IdempotencyBudget.RETENTION_MS);
  }

  /** Takes what a checkpoint holds of a partition, before anything is replayed. */
  public void restore(PartitionImage image) {
    partitions.get(image.partition()).restore(image);
  }

  /**
   * Writes to the table that were taken back, ever: what was read of the table meanwhile may be of
   * them. Waits for steps under way, so that none of them is missed.
   */
  public long takenBack() {
    return partitions.stream().mapToLong(PartitionDriver::takenBack).sum();
  }

  /** What a term would be that begins here. */
  public TermBegun termFrom(long term) {
    var builder = TermBegun.newBuilder().setTerm(term);
    for (var partition : partitions) {
      var status = partition.status();
      builder.addFirsts(
          TermBegun.FirstRevision.newBuilder()
              .setPartition(status.partition())
              .setRevision(status.head() + 1));
    }
    return builder.build();
  }

  /** From here on shares are taken. */
  public void open(Catalog catalog, long clockSkewMs) {
    partitions.forEach(partition -> partition.open(catalog, clockSkewMs));
  }

  /**
   * Decides a share.
   *
   * @throws dev.tideline.store.LogFullException if the log has no space; what was not appended is
   *     as if it had never come
   */
  public Submitted submit(Share share) {
    return partitions.get(share.partition()).submit(share);
  }

  /**
   * Takes in a lost history that is about to be healed: contexts that were made in it are
   * understood from here on.
   *
   * @param knownTo the last revision of it that any edge knows of
   */
  public void learn(int partition, LostHistory history, long knownTo) {
    partitions.get(partition).learn(history, knownTo);
  }

  /** Takes in where somebody was told that mutations stood; of what stands there is no need. */
  public void stood(DecidedPlaces places) {
    partitions.get(places.getPartition()).stood(places);
  }

  /** Takes a record of the log. */
  public void replay(PartitionHealed record) {
    partitions.get(record.getPartition()).replay(record);
  }

  /**
   * Writes down that all that is retained of lost histories was decided again.
   *
   * @throws dev.tideline.store.LogFullException if the log has no space; nothing has changed
   */
  public void healed(PartitionHealed record) {
    partitions.get(record.getPartition()).healed(record);
  }

  /** Nothing more is decided of a source from here on; whoever says so has written it down. */
  public void close(Source source) {
    partitions.forEach(partition -> partition.close(source));
  }

  /** The highest sequence of a source that was decided, be it as issued again, by partition. */
  public Map<Integer, Long> decided(Source source) {
    return byPartition(partition -> partition.decidedTo(source));
  }

  /**
   * Forgets what was decided of a source, and refuses what comes of it from here on.
   *
   * @return the highest sequence that was decided, by partition
   */
  public Map<Integer, Long> forget(Source source) {
    return byPartition(partition -> partition.forget(source));
  }

  private Map<Integer, Long> byPartition(ToLongFunction<PartitionDriver> sequence) {
    var decided = new TreeMap<Integer, Long>();
    for (int partition = 0; partition < partitions.size(); partition++) {
      long highest = sequence.applyAsLong(partitions.get(partition));
      if (highest > 0) {
        decided.put(partition, highest);
      }
    }
    return decided;
  }

  /** Whether nobody retains a mutation that the watermark covers. */
  public boolean isUnhealed(int partition, MutationId id) {
    return partitions.get(partition).isUnhealed(id);
  }

  /** What nobody retains, the newest of it. */
  public List<Unhealed> unhealed(int partition) {
    return partitions.get(partition).unhealed();
  }

  /** How far a partition has come. */
  public PartitionStatus status(int partition) {
    return partitions.get(partition).status();
  }

  /** Up to where a source has been decided in a partition. */
  public Watermark watermark(int partition, Source source) {
    return partitions.get(partition).watermark(source);
  }

  /** What is kept of a decided mutation; empty for plain APPLIED. */
  public Optional<KeptVerdict> verdict(int partition, MutationId id) {
    return partitions.get(partition).verdict(id);
  }

  /**
   * Under which id a mutation was decided, if it was: another one if it was issued again; empty if
   * nobody can say which of two that had the same.
   */
  public Optional<MutationId> decidedAs(int partition, MutationId id) {
    return partitions.get(partition).decidedAs(id);
  }

  /** Whether a mutation was decided so long ago that it is no longer known how. */
  public boolean forgot(int partition, MutationId id) {
    return partitions.get(partition).forgot(id);
  }

  /** What has been decided of a key. */
  public KeyReading read(QualifiedKey target) {
    return partitions.get(layout.partitionOf(target.key().zone())).read(target);
  }

  /** What has been decided of keys of one zone, for an edge that does not hold them all. */
  public KeyAnswer answer(List<QualifiedKey> targets, EdgeId edge) {
    int partition = layout.partitionOf(targets.getFirst().key().zone());
    return partitions.get(partition).answer(targets, edge);
  }

  /**
   * A key's entry, seen between two decisions of its partition: whatever it holds has been decided
   * or is gone.
   */
  public CanonicalTable.Entry entry(QualifiedKey target) {
    return partitions.get(layout.partitionOf(target.key().zone())).entry(target);
  }

  /** Where a snapshot of a partition begins for an edge that knows its verdicts to a revision. */
  public SnapshotBasis snapshot(int partition, EdgeId edge, long verdictsAfter) {
    return partitions.get(partition).snapshot(edge, verdictsAfter);
  }

  /** Whether further idempotency keys are refused. */
  public boolean idempotencyFull() {
    return budget.full();
  }
}
