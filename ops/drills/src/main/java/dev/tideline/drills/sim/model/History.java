package dev.tideline.drills.sim.model;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.Ids;
import dev.tideline.codec.Verdicts;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Layout;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Verdict;
import dev.tideline.wire.v1.Change;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.PartitionRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What truly happened: every mutation with what its writer saw, and everything that was decided, in
 * order. Each decision is judged by the model at once. What the hub loses with its machine is taken
 * back here, too.
 */
public final class History {

  private static final long CLOCK_SKEW_MS = 60_000;

  private final Findings findings;
  private final Layout layout;
  private final Map<MutationId, Made> made = new HashMap<>();
  private final Map<MutationId, Decided> decided = new HashMap<>();
  private final Map<QualifiedKey, List<Entry>> entries = new HashMap<>();
  private final Map<Place, Long> lastDecided = new HashMap<>();
  private final IdempotencyModel keys = new IdempotencyModel();
  private final Set<Given> given = new HashSet<>();
  private final List<List<Decided>> partitions = new ArrayList<>();
  private final ArrayDeque<Undo> undos = new ArrayDeque<>();
  private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
  private Rules rules = new Rules(Catalog.NONE);
  private int conflicts;
  private int decisions;

  /** A mutation that is, or was, in a journal. */
  public record Made(Mutation mutation, Seen seen, int partition) {}

  /**
   * A mutation that is in the change log.
   *
   * @param position of its record
   * @param atUs when that was appended
   */
  public record Decided(
      MutationId id, int partition, long revision, Verdict verdict, long position, long atUs) {}

  private record Entry(long changeRevision, Cell cell) {}

  private record Place(Seen.Source source, int partition) {}

  private record Given(int partition, long term, long revision) {}

  private record Undo(long position, Runnable action) {}

  public History(Layout layout, Findings findings) {
    this.layout = layout;
    this.findings = findings;
    for (int i = 0; i < layout.partitions(); i++) {
      partitions.add(new ArrayList<>());
    }
  }

  public void catalog(Catalog catalog) {
    rules = new Rules(catalog);
  }

  public Layout layout() {
    return layout;
  }

  /** A mutation is in a journal. */
  public Made made(Mutation mutation, Seen seen) {
    var one = new Made(mutation, seen, layout.partitionOf(mutation.zone()));
    made.put(mutation.id(), one);
    return one;
  }

  public Optional<Made> find(MutationId id) {
    return Optional.ofNullable(made.get(id));
  }

  /** The mutations of a partition that somebody saw because they were his own. */
  public List<Made> madeIn(int partition, Seen seen) {
    return made.values().stream()
        .filter(one -> one.partition() == partition)
        .filter(
            one ->
                one.mutation().id().sequence()
                    <= seen.own().getOrDefault(Seen.Source.of(one.mutation().id()), 0L))
        .toList();
  }

  /** When and how a mutation was decided. */
  public Optional<Decided> decided(MutationId id) {
    return Optional.ofNullable(decided.get(id));
  }

  /** A record is in the change log. */
  public void decide(long position, PartitionRecord record, long wallMs, long atUs) {
    int partition = record.getPartition();
    var edge = new EdgeId(record.getEdge());
    findings.require(
        record.getFirstRevision() == head(partition) + 1,
        Invariant.REVISIONS,
        "partition %d goes on at %d behind %d",
        partition,
        record.getFirstRevision(),
        head(partition));
    for (int i = 0; i < record.getDecisionsCount(); i++) {
      var decision = record.getDecisions(i);
      var id = new MutationId(edge, record.getIncarnation(), decision.getSequence());
      long revision = record.getFirstRevision() + i;
      findings.require(
          given.add(new Given(partition, record.getTerm(), revision)),
          Invariant.REVISIONS,
          "revision %d of partition %d is given twice in one term",
          revision,
          partition);
      decide(
          position,
          decision,
          new Decided(
              id, partition, revision, Verdicts.decode(decision.getVerdict()), position, atUs),
          wallMs);
    }
    boolean marked =
        record.getWatermarksList().stream()
            .anyMatch(
                mark ->
                    mark.getEdge().equals(record.getEdge())
                        && mark.getIncarnation() == record.getIncarnation()
                        && mark.getSequence()
                            == record.getDecisions(record.getDecisionsCount() - 1).getSequence());
    findings.require(
        marked, Invariant.ONE_VERDICT, "record %d decides without its watermark", position);
  }

  private void decide(long position, Decision decision, Decided told, long wallMs) {
    var id = told.id();
    var known = made.get(id);
    if (known == null || known.partition() != told.partition()) {
      findings.report(Invariant.ONE_VERDICT, id + " is decided, but nobody made it there");
      return;
    }
    findings.require(!decided.containsKey(id), Invariant.EXACTLY_ONCE, "%s is decided twice", id);
    order(position, known);
    var time = clamped(known.mutation().time(), wallMs);
    var judged =
        keys.judge(known.mutation(), told, wallMs)
            .orElseGet(
                () ->
                    rules.judge(known.mutation(), known.seen(), time, told.revision(), this::cell));
    if (judged.verdict() == Verdict.DUPLICATE && decision.hasFirst()) {
      judged = duplicate(known, Ids.decode(decision.getFirst()));
    }
    findings.require(
        judged.verdict() == told.verdict(),
        judged.verdict() == Verdict.DUPLICATE || told.verdict() == Verdict.DUPLICATE
            ? Invariant.EXACTLY_ONCE
            : Invariant.CAUSALITY,
        "%s is decided %s, by the model %s; its writer saw %s",
        id,
        told.verdict(),
        judged.verdict(),
        known.seen());
    compare(decision, told, judged.cells());
    take(position, told, judged);
  }

  /** Mutations of a process are decided in their order, none passed over. */
  private void order(long position, Made known) {
    var id = known.mutation().id();
    var place = new Place(Seen.Source.of(id), known.partition());
    long last = lastDecided.getOrDefault(place, 0L);
    findings.require(
        known.mutation().previousSequence() == last,
        Invariant.ONE_VERDICT,
        "%s is decided behind sequence %d, not %d",
        id,
        last,
        known.mutation().previousSequence());
    lastDecided.put(place, id.sequence());
    undos.push(new Undo(position, () -> lastDecided.put(place, last)));
  }

  private static HybridTime clamped(HybridTime time, long wallMs) {
    var limit = HybridTime.ofMillis(wallMs + CLOCK_SKEW_MS);
    return time.compareTo(limit) > 0 ? limit : time;
  }

  private Rules.Judged duplicate(Made known, MutationId first) {
    var cells = new HashMap<QualifiedKey, Cell>();
    for (var key : known.mutation().targets()) {
      var cell = cell(key);
      if (cell.origins().contains(first)) {
        cells.put(key, cell.joinedBy(known.mutation().id()));
      }
    }
    return new Rules.Judged(Verdict.DUPLICATE, cells, true);
  }

  private void compare(Decision decision, Decided told, Map<QualifiedKey, Cell> cells) {
    var changed = new HashSet<QualifiedKey>();
    for (var bytes : decision.getChangesList()) {
      try {
        var change = ChangeCodec.decode(Change.parseFrom(bytes));
        changed.add(change.target());
        var cell = cells.getOrDefault(change.target(), Cell.NOTHING);
        findings.require(
            cells.containsKey(change.target())
                && change.revision() == told.revision()
                && rules.model(change.target()).same(cell, change.state()),
            Invariant.CAUSALITY,
            "%s makes of %s %s, by the model %s",
            told.id(),
            change.target(),
            change.state(),
            cell);
      } catch (InvalidProtocolBufferException e) {
        findings.report(Invariant.NO_DEFECT, "a change cannot be read: " + e.getMessage());
      }
    }
    findings.require(
        changed.equals(cells.keySet()),
        Invariant.CAUSALITY,
        "%s changes %s, by the model %s",
        told.id(),
        changed,
        cells.keySet());
  }

  private void take(long position, Decided told, Rules.Judged judged) {
    judged
        .cells()
        .forEach(
            (key, cell) -> {
              var list = entries.computeIfAbsent(key, of -> new ArrayList<>());
              list.add(new Entry(told.revision(), cell));
              undos.push(new Undo(position, list::removeLast));
            });
    var known = made.get(told.id());
    if (known != null) {
      keys.note(known.mutation(), told).ifPresent(undo -> undos.push(new Undo(position, undo)));
    }
    decided.put(told.id(), told);
    partitions.get(told.partition()).add(told);
    undos.push(
        new Undo(
            position,
            () -> {
              decided.remove(told.id());
              partitions.get(told.partition()).removeLast();
            }));
    verdicts.merge(told.verdict(), 1, Integer::sum);
    decisions++;
    conflicts += judged.conflicting() ? 1 : 0;
  }

  /** The hub begins with a log that ends there: what lay behind was never told to anybody. */
  public void lostBehind(long lastPosition) {
    while (!undos.isEmpty() && undos.peek().position() > lastPosition) {
      undos.pop().action().run();
    }
  }

  /** The latest revision of a partition. */
  public long head(int partition) {
    return partitions.get(partition).size();
  }

  /** What was decided at a revision. */
  public Decided at(int partition, long revision) {
    return partitions.get(partition).get((int) revision - 1);
  }

  /** A key as decided last. */
  public Cell cell(QualifiedKey key) {
    var list = entries.getOrDefault(key, List.of());
    return list.isEmpty() ? Cell.NOTHING : list.getLast().cell();
  }

  /** A key as it was at a revision of its partition. */
  public Cell cellAt(QualifiedKey key, long revision) {
    var list = entries.getOrDefault(key, List.of());
    for (int i = list.size() - 1; i >= 0; i--) {
      if (list.get(i).changeRevision() <= revision) {
        return list.get(i).cell();
      }
    }
    return Cell.NOTHING;
  }

  /** Every key that was ever decided of. */
  public Set<QualifiedKey> keys() {
    return new LinkedHashSet<>(entries.keySet());
  }

  /**
   * What an edge shows of a key.
   *
   * @param revision its cursor
   * @param pending its mutations of the partition that are not decided there, in their order
   */
  public Cell view(QualifiedKey key, long revision, List<Made> pending) {
    var views = new HashMap<QualifiedKey, Cell>();
    for (var one : pending) {
      var judged =
          rules.judge(
              one.mutation(),
              one.seen(),
              one.mutation().time(),
              0,
              each -> orElse(views, each, revision));
      views.putAll(judged.cells());
    }
    return orElse(views, key, revision);
  }

  private Cell orElse(Map<QualifiedKey, Cell> views, QualifiedKey key, long revision) {
    var view = views.get(key);
    return view != null ? view : cellAt(key, revision);
  }

  /** Whether a node's state of a key says the same as the model's. */
  public boolean same(QualifiedKey key, Cell cell, dev.tideline.model.State state) {
    return rules.model(key).same(cell, state);
  }

  /** How often each verdict was given, what was lost later included. */
  public Map<Verdict, Integer> verdicts() {
    return verdicts;
  }

  public int decisions() {
    return decisions;
  }

  /** Decisions about keys that held what the writer had not seen. */
  public int conflicts() {
    return conflicts;
  }
}
