package dev.tideline.drills.sim.model;

import dev.tideline.codec.Ids;
import dev.tideline.codec.Verdicts;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Layout;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Verdict;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.PartitionHealed;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.TermBegun;
import dev.tideline.wire.v1.Unhealed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
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

  private final Layout layout;
  private final Map<MutationId, Made> made = new HashMap<>();
  private final Cells cells = new Cells();
  private final Reissues reissues = new Reissues();
  private final Watermarks watermarks = new Watermarks();
  private final Names names = new Names();
  private final Told told = new Told();

  /** Decided again by a hub that did not know where they had stood. */
  private final Set<MutationId> unplaced = new HashSet<>();

  private final CutTimes cutTimes = new CutTimes();
  private final IdempotencyModel keys = new IdempotencyModel();
  private final List<List<Decided>> partitions = new ArrayList<>();
  private final Lineages lineages = new Lineages();
  private final ArrayDeque<Undo> undos = new ArrayDeque<>();
  private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
  private Rules rules = new Rules(Catalog.NONE);
  private final long keysMax;
  private int wanted;
  private int conflicts;
  private int decisions;

  /**
   * A mutation that is in the change log.
   *
   * @param position of its record
   * @param atUs when that was appended
   */
  public record Decided(
      MutationId id, int partition, long revision, Verdict verdict, long position, long atUs) {}

  private record Undo(long position, Runnable action) {}

  /**
   * Nothing has happened.
   *
   * @param keysMax that the hub has room for
   */
  public History(Layout layout, long keysMax) {
    this.layout = layout;
    this.keysMax = keysMax;
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

  /**
   * A mutation is in a journal.
   *
   * @param original what that is called of which it is the repetition; empty if it is none
   */
  public Made made(Mutation mutation, Seen seen, Optional<MutationId> original) {
    var id = names.of(mutation);
    var saw = original.flatMap(this::find).map(of -> of.seen().withOwnBefore(id)).orElse(seen);
    var one = new Made(id, mutation, saw, layout.partitionOf(mutation.zone()));
    made.put(id, one);
    original.ifPresent(of -> reissues.made(one, of));
    return one;
  }

  /** What the hub was told of what it has lost. */
  public Told told() {
    return told;
  }

  /** What mutations are called here. */
  public Names names() {
    return names;
  }

  /** A process of an edge goes on twice. */
  public void livesTwice(Seen.Source source) {
    names.share(source, made.values());
  }

  /** What was issued again, and why. */
  public Reissues reissues() {
    return reissues;
  }

  public Optional<Made> find(MutationId id) {
    return Optional.ofNullable(made.get(id));
  }

  /** The mutations of a partition that somebody saw because they were his own. */
  public List<Made> madeIn(int partition, Seen seen) {
    return made.values().stream()
        .filter(one -> one.partition() == partition)
        .filter(one -> one.id().sequence() <= seen.own().getOrDefault(one.source(), 0L))
        .toList();
  }

  /** Every mutation that was ever in a journal. */
  public Iterable<Made> allMade() {
    return made.values();
  }

  /** What the hub knows of histories that it has lost is in the change log. */
  public void healed(long position, PartitionHealed record) {
    undos.push(new Undo(position, told.write(record)));
    record.getUnhealedList().forEach(range -> passOver(position, record.getPartition(), range));
  }

  /** A term is in the change log. */
  public void begin(long position, TermBegun term) {
    cutTimes.forget();
    undos.push(new Undo(position, lineages.begin(term)));
  }

  /** The hub is about to be set back to a log that ends there. */
  public void setBack(long lastPosition) {
    lineages.lose(partitions, lastPosition);
    lostBehind(lastPosition);
    made.values().forEach(one -> one.seen(lineages.translate(one.partition(), one.seen())));
  }

  /** Whether what is at a position of a partition was not lost. */
  public boolean stands(int partition, Position at) {
    return lineages.stands(partition, at, head(partition));
  }

  /** What somebody sees at a position, whatever became of it. */
  public Seen seen(int partition, Position at, Map<Seen.Source, Long> own) {
    return lineages.seen(partition, at, head(partition), own);
  }

  /** Whether a mutation was decided once by a hub that was set back. */
  public boolean everLost(MutationId id) {
    return lineages.everLost(id);
  }

  /** Mutations that nobody retains are passed over. */
  public void passOver(long position, int partition, Unhealed range) {
    undos.push(new Undo(position, watermarks.passOver(partition, range, head(partition))));
  }

  /** Whether a mutation was decided once, and the hub went on without it. */
  public boolean isPassedOver(Made one) {
    return watermarks.isPassedOver(one) && one.decided().isEmpty() && everLost(one.id());
  }

  /** Whether somebody who stands there need not have heard yet that a mutation was passed over. */
  public boolean mayBeUnheard(Made one, long cursor) {
    return isPassedOver(one) && cursor <= watermarks.passedAt(one);
  }

  /** When and how a mutation was decided. */
  public Optional<Decided> decided(MutationId id) {
    return find(id).flatMap(Made::decided);
  }

  /** The same of whichever mutation was given an id. */
  public Optional<Decided> decidedAs(MutationId given) {
    return decided(given).or(() -> decided(Names.other(given)));
  }

  /** A record is in the change log. */
  public void decide(long position, PartitionRecord record, Moment at, Judge judge) {
    judge.recorded(position, record);
    record.getUnhealedList().forEach(one -> passOver(position, record.getPartition(), one));
    var edge = new EdgeId(record.getEdge());
    for (int i = 0; i < record.getDecisionsCount(); i++) {
      var decision = record.getDecisions(i);
      var told =
          new Decided(
              names.of(
                  new MutationId(edge, record.getIncarnation(), decision.getSequence()),
                  decision.getContentHash()),
              record.getPartition(),
              record.getFirstRevision() + i,
              Verdicts.decode(decision.getVerdict()),
              position,
              at.us());
      decide(decision, told, at.wallMs(), judge);
    }
  }

  private void decide(Decision decision, Decided told, long wallMs, Judge judge) {
    var known = made.get(told.id());
    if (known == null || known.partition() != told.partition()) {
      judge.unknown(told);
      return;
    }
    var made = known.mutation().time();
    var time = decision.getClockClamped() ? cutTimes.taken(told.partition(), made, wallMs) : made;
    boolean again = decision.hasFormer() && everLost(told.id());
    var judged = judge(known, known.seen(), told, time, wallMs, again);
    for (var blind : this.told.blind(known, unplaced, lineages)) {
      if (!judged.is(decision)) {
        var other = judge(known, blind, told, time, wallMs, again);
        judged = other.is(decision) ? other : judged;
      }
    }
    if (judged.verdict() == Verdict.DUPLICATE && decision.hasFirst()) {
      judged = duplicate(known, Ids.decode(decision.getFirst()));
    }
    if (staysRejected(decision, told)) {
      judged = new Rules.Judged(told.verdict(), Map.of(), judged.conflicting());
    }
    if (isForWantOfRoom(decision, judged)) {
      judged = new Rules.Judged(Verdict.REJECTED, Map.of(), judged.conflicting());
      wanted++;
    }
    judge.judged(
        new Judgement(
            decision,
            told,
            known,
            watermarks.before(known),
            judged.verdict(),
            judged.cells(),
            rules));
    take(decision, told, known, judged);
  }

  private Rules.Judged judge(
      Made known, Seen seen, Decided told, HybridTime time, long wallMs, boolean again) {
    return keys.judge(known.mutation(), told, wallMs, again)
        .orElseGet(() -> rules.judge(known, seen, time, told.revision(), this::cell));
  }

  /** What was rejected, or kept aside, is so for ever, whatever has changed since. */
  private static boolean staysRejected(Decision decision, Decided told) {
    return decision.hasFormer()
        && (told.verdict() == Verdict.REJECTED || told.verdict() == Verdict.QUARANTINED);
  }

  /** Whether there is no room for all keys that it would add, and the hub says so. */
  private boolean isForWantOfRoom(Decision decision, Rules.Judged judged) {
    long added = judged.cells().keySet().stream().filter(key -> !cells.isHeld(key)).count();
    return added > 0
        && cells.held() + added > keysMax
        && decision.getReason() == dev.tideline.wire.v1.Reason.TABLE_FULL;
  }

  private Rules.Judged duplicate(Made known, MutationId first) {
    var joined = new HashMap<QualifiedKey, Cell>();
    for (var key : known.mutation().targets()) {
      var cell = cell(key);
      if (Names.given(cell.origins()).contains(first)) {
        joined.put(key, cell.joinedBy(known.id()));
      }
    }
    return new Rules.Judged(Verdict.DUPLICATE, joined, true);
  }

  private void take(Decision decision, Decided told, Made known, Rules.Judged judged) {
    long position = told.position();
    judged
        .cells()
        .forEach(
            (key, cell) -> undos.push(new Undo(position, cells.put(key, told.revision(), cell))));
    boolean reused =
        staysRejected(decision, told)
            && decision.getReason() == dev.tideline.wire.v1.Reason.IDEMPOTENCY_KEY_REUSED;
    if (!reused && decision.getReason() != dev.tideline.wire.v1.Reason.TABLE_FULL) {
      keys.note(known.mutation(), told).ifPresent(undo -> undos.push(new Undo(position, undo)));
    }
    var before = known.decided();
    var watermark = watermarks.decide(told.id(), told.partition());
    known.decided(Optional.of(told));
    if (everLost(told.id()) && decision.getFormer().getRevision() == 0) {
      unplaced.add(told.id());
    }
    partitions.get(told.partition()).add(told);
    undos.push(
        new Undo(
            position,
            () -> {
              watermark.run();
              known.decided(before);
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
    return cells.last(key);
  }

  /** A key as it was at a revision of its partition. */
  public Cell cellAt(QualifiedKey key, long revision) {
    return cells.at(key, revision);
  }

  /** Every key that was ever decided of. */
  public Set<QualifiedKey> keys() {
    return cells.keys();
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
              one, one.seen(), one.mutation().time(), 0, each -> orElse(views, each, revision));
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

  /** Mutations for which there was no room. */
  public int wantedRoom() {
    return wanted;
  }

  public int decisions() {
    return decisions;
  }

  /** Decisions about keys that held what the writer had not seen. */
  public int conflicts() {
    return conflicts;
  }
}
