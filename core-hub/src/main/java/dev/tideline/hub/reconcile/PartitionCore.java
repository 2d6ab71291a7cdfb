package dev.tideline.hub.reconcile;

import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.Ids;
import dev.tideline.codec.Verdicts;
import dev.tideline.model.Catalog;
import dev.tideline.model.Change;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.LostHistory;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.SizeLimits;
import dev.tideline.model.State;
import dev.tideline.runtime.StartException;
import dev.tideline.store.Table;
import dev.tideline.wire.v1.DecidedPlaces;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.PartitionHealed;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.TermBegun;
import dev.tideline.wire.v1.Unhealed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One partition: its order, its watermarks, its verdicts. It has no thread, no clock and no file;
 * it reads and writes its part of the canonical table. One lock of the driver's guards it.
 *
 * <p>A step goes: {@link #decide} writes the table and returns the record; the driver appends it;
 * then {@link #commit}, or {@link #abandon} if it could not be appended. Replaying the record of a
 * committed step leaves exactly the state that the step left, because everything but the table's
 * entries is taken from the record either way.
 */
public final class PartitionCore {

  private final int partition;
  private final CanonicalTable table;
  private final IdempotencyTable keys;
  private final Watermarks watermarks = new Watermarks();
  private final VerdictTable verdicts = new VerdictTable();
  private final ReissueTable reissues = new ReissueTable();
  private final Histories histories = new Histories();
  private final List<Position> terms = new ArrayList<>();
  private long head;
  private long decidedMs;
  private @Nullable Decider decider;
  private @Nullable PartitionRecord undecided;

  /** An empty one; it decides once a term is entered and it is open. */
  public PartitionCore(int partition, Table table, IdempotencyBudget budget) {
    this.partition = partition;
    this.table = new CanonicalTable(table);
    this.keys = new IdempotencyTable(budget);
  }

  /**
   * What one step made of a share.
   *
   * @param record to be appended; empty if nothing was to be decided
   * @param next index of the first mutation of the share that the step did not reach
   * @param gap whether that mutation does not follow the watermark
   * @param latest time of any mutation decided so far
   * @param failures defects met on the way; their mutations are quarantined
   */
  public record Step(
      Optional<PartitionRecord> record,
      int next,
      boolean gap,
      HybridTime latest,
      List<RuntimeException> failures) {}

  /** Takes a term that begins, or began, with the partition's next revision. */
  public void enter(TermBegun term) {
    for (var first : term.getFirstsList()) {
      if (first.getPartition() == partition) {
        require(first.getRevision() == head + 1, "a term does not begin behind the head");
        terms.add(new Position(term.getTerm(), first.getRevision()));
      }
    }
  }

  /** From here on it decides, by this catalog. */
  public void open(Catalog catalog, long clockSkewMs) {
    decider =
        new Decider(
            table,
            keys,
            context -> histories.translate(context, terms, head),
            catalog,
            clockSkewMs);
  }

  /**
   * What it knows beside the table; keys and verdicts beyond their retention are forgotten first.
   *
   * @param fromMs what was decided before this moment goes
   */
  PartitionImage image(long fromMs) {
    require(undecided == null, "a step is under way");
    keys.expireBefore(fromMs);
    verdicts.expireBefore(fromMs);
    return new PartitionImage(
        partition,
        head,
        terms,
        watermarks.all(),
        new PartitionImage.Outcomes(verdicts.all(), verdicts.forgotten(), reissues.all()),
        keys.all(),
        new PartitionImage.Lost(histories.all(), histories.terms(), histories.unhealed()));
  }

  /** Takes a part of what a checkpoint holds of it, before anything is replayed. */
  void restore(PartitionImage image) {
    head = Math.max(head, image.head());
    terms.addAll(image.terms());
    watermarks.restore(image.watermarks());
    verdicts.restore(image.outcomes());
    reissues.restore(image.outcomes().reissued());
    histories.restore(image.lost());
    for (var use : image.keys()) {
      keys.restore(use.scope(), new IdempotencyTable.First(use.first(), use.hash(), use.wallMs()));
    }
  }

  /** Takes a record of the log; one that the checkpoint includes is passed over. */
  void replay(PartitionRecord record, long wallMs) {
    if (record.getFirstRevision() <= head) {
      return;
    }
    for (var decision : record.getDecisionsList()) {
      for (var bytes : decision.getChangesList()) {
        replayChange(ChangeCodec.decode(bytes));
      }
    }
    table.commit();
    absorb(record, wallMs);
  }

  /** The table may hold what is newer: a checkpoint copies it while work goes on. */
  private void replayChange(Change change) {
    if (change.revision() <= table.read(change.target()).changeRevision()) {
      return;
    }
    var entry = new CanonicalTable.Entry(change.revision(), change.state());
    if (!table.write(change.target(), CanonicalTable.Entry.NONE, entry)) {
      throw new StartException(
          "the change log holds more keys than the table takes: raise table.entries-max");
    }
  }

  /** Decides a share from its mutation at index {@code from} on, as far as one record reaches. */
  public Step decide(Share share, int from, long wallMs) {
    var decides = Objects.requireNonNull(decider, "the partition is not open yet");
    require(undecided == null, "a step is under way");
    decidedMs = wallMs;
    var builder = PartitionRecord.newBuilder();
    var watermark = watermark(share.source());
    boolean over = !share.healing() && watermarks.isClosed(share.source());
    boolean unknown = over && watermark.equals(Watermark.FORGOTTEN);
    int at = from;
    int bytes = 0;
    boolean gap = false;
    while (at < share.mutations().size() && bytes < SizeLimits.RECORD_BYTES_TARGET) {
      var mutation = share.mutations().get(at);
      long sequence = mutation.getId().getSequence();
      if (unknown || sequence > watermark.sequence()) {
        gap = over || !watermark.isFollowedBy(mutation.getPreviousSequence());
        if (gap && share.healing() && mutation.getPreviousSequence() > watermark.sequence()) {
          builder.addUnhealed(
              unhealed(share.source(), watermark.sequence(), mutation.getPreviousSequence()));
          gap = false;
        }
        if (gap) {
          break;
        }
        long revision = head + 1 + builder.getDecisionsCount();
        var decision =
            citing(mutation, decides.decide(mutation, share.former(at), revision, wallMs));
        builder.addDecisions(decision);
        bytes += decision.getSerializedSize();
        watermark = new Watermark(sequence, mutation.getContentHash());
      }
      at++;
    }
    if (builder.getDecisionsCount() > 0) {
      undecided = finish(builder, share.source(), watermark);
    }
    return new Step(
        Optional.ofNullable(undecided), at, gap, decides.latest(), decides.takeFailures());
  }

  /** What it had been issued as stands in the record, whatever becomes of it. */
  private static Decision citing(dev.tideline.wire.v1.Mutation mutation, Decision decision) {
    boolean own = mutation.getOriginal().getEdge().equals(mutation.getId().getEdge());
    if (!mutation.hasOriginal() || !own) {
      return decision;
    }
    try {
      return decision.toBuilder()
          .setOriginal(Ids.encode(Ids.decode(mutation.getOriginal())))
          .build();
    } catch (InvalidInputException e) {
      // It is kept aside for that.
      return decision;
    }
  }

  static Unhealed unhealed(Source source, long after, long to) {
    return Unhealed.newBuilder()
        .setEdge(source.edge().text())
        .setIncarnation(source.incarnation())
        .setAfterSequence(after)
        .setToSequence(to)
        .build();
  }

  private PartitionRecord finish(
      PartitionRecord.Builder builder, Source source, Watermark watermark) {
    return builder
        .setPartition(partition)
        .setTerm(terms.getLast().term())
        .setFirstRevision(head + 1)
        .setEdge(source.edge().text())
        .setIncarnation(source.incarnation())
        .addWatermarks(
            dev.tideline.wire.v1.Watermark.newBuilder()
                .setEdge(source.edge().text())
                .setIncarnation(source.incarnation())
                .setPartition(partition)
                .setSequence(watermark.sequence())
                .setContentHash(watermark.contentHash()))
        .build();
  }

  /** The step's record is in the log. */
  public void commit() {
    var record = undecided;
    if (record != null) {
      table.commit();
      keys.commit();
      absorb(record, decidedMs);
      undecided = null;
    }
  }

  /** The step's record is not in the log: everything is as before the step. */
  public void abandon() {
    table.rollbackTo(0);
    keys.rollbackTo(0);
    undecided = null;
  }

  private void absorb(PartitionRecord record, long wallMs) {
    require(record.getFirstRevision() == head + 1, "a record does not follow the head");
    var edge = new EdgeId(record.getEdge());
    boolean replayed = undecided == null;
    for (int i = 0; i < record.getDecisionsCount(); i++) {
      var decision = record.getDecisions(i);
      var id = new MutationId(edge, record.getIncarnation(), decision.getSequence());
      if (decision.getVerdict() != dev.tideline.wire.v1.Verdict.APPLIED) {
        verdicts.put(id, KeptVerdict.of(decision, head + 1 + i, wallMs));
      }
      if (replayed && decision.hasIdempotency()) {
        restoreKey(decision, id, wallMs);
      }
      if (decision.hasOriginal()) {
        var verdict = Verdicts.decode(decision.getVerdict());
        reissues.put(Ids.decode(decision.getOriginal()), id, verdict);
      }
      if (decision.hasFormer()) {
        histories.again(Ids.decode(decision.getFormer()), Source.of(id), id.sequence());
      }
    }
    record.getUnhealedList().forEach(histories::unhealed);
    for (var watermark : record.getWatermarksList()) {
      watermarks.put(
          new Source(new EdgeId(watermark.getEdge()), watermark.getIncarnation()),
          new Watermark(watermark.getSequence(), watermark.getContentHash()));
    }
    head += record.getDecisionsCount();
  }

  private void restoreKey(Decision decision, MutationId id, long wallMs) {
    var key = decision.getIdempotency();
    var target = new QualifiedKey(key.getNamespace(), Key.of(key.getKey()));
    keys.restore(
        new IdempotencyScope(key.getActor(), target, key.getIdempotencyKey()),
        new IdempotencyTable.First(id, key.getHash(), wallMs));
  }

  /** Writes to the table that were taken back, ever. */
  long takenBack() {
    return table.takenBack();
  }

  Watermark watermark(Source source) {
    return watermarks.of(source);
  }

  VerdictTable verdicts() {
    return verdicts;
  }

  ReissueTable reissues() {
    return reissues;
  }

  State read(QualifiedKey target) {
    return table.read(target).state();
  }

  CanonicalTable.Entry entry(QualifiedKey target) {
    return table.read(target);
  }

  /** Up to where the mutations of each incarnation of an edge have been decided. */
  Map<Long, Long> included(EdgeId edge) {
    return watermarks.included(edge);
  }

  /** A snapshot for an edge that knows its own verdicts up to a revision. */
  SnapshotBasis snapshot(EdgeId edge, long verdictsAfter) {
    return new SnapshotBasis(
        status().position(),
        included(edge),
        verdicts.forgotten(edge),
        verdicts.of(edge, verdictsAfter));
  }

  long head() {
    return head;
  }

  /** Nothing more is decided of a source, but for what a lost history had decided of it. */
  void close(Source source) {
    watermarks.close(source);
  }

  /** Nobody knows any more what was decided of a source; up to which sequence something was. */
  long forget(Source source) {
    verdicts.forget(source);
    long reissued = reissues.highest(source);
    reissues.forget(source);
    return Math.max(reissued, watermarks.forget(source));
  }

  boolean isClosed(Source source) {
    return watermarks.isClosed(source);
  }

  /** Takes in a lost history that is about to be healed. */
  void learn(LostHistory history, long knownTo) {
    histories.learn(history, knownTo);
  }

  /** Takes in where mutations stood. */
  void stood(DecidedPlaces places) {
    histories.stood(places, terms, head);
  }

  /** Takes a record that a lost history was healed, appended just before or read from the log. */
  void healed(PartitionHealed record) {
    histories.healed(record);
    for (var range : record.getUnhealedList()) {
      var source = new Source(new EdgeId(range.getEdge()), range.getIncarnation());
      watermarks.passOver(source, range.getToSequence());
    }
  }

  /** Whether nobody retains a mutation that the watermark covers. */
  boolean isUnhealed(MutationId id) {
    return histories.isUnhealed(id);
  }

  List<Unhealed> unhealed() {
    return histories.unhealed();
  }

  PartitionStatus status() {
    return new PartitionStatus(partition, terms, head, histories.all());
  }

  private void require(boolean holds, String broken) {
    if (!holds) {
      throw new IllegalStateException("partition %d: %s".formatted(partition, broken));
    }
  }
}
