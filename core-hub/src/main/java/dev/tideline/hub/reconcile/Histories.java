package dev.tideline.hub.reconcile;

import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.Ids;
import dev.tideline.model.Context;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.LostHistory;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.LostTerm;
import dev.tideline.wire.v1.PartitionHealed;
import dev.tideline.wire.v1.Placed;
import dev.tideline.wire.v1.Unhealed;
import dev.tideline.wire.v1.Unplaced;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What one partition knows of histories that the hub has lost, because it was set back to an older
 * copy. Guarded by the partition's lock.
 *
 * <p>A context that was made in such a history names a revision that is given anew to something
 * else. It cannot be tested as it is; but it can be said in other words. Everything that it saw is
 * a prefix of the history that stands, up to the fork, and a prefix of the lost one behind it. The
 * mutations of one source are decided in their order, so the second prefix is, for each source, a
 * prefix of its sequences: exactly what S of a context is made of. Hence versions that are decided
 * again need not carry where they stood before, and no rule of merging knows of any of this; it is
 * enough to know, of each source, which sequence stood where.
 *
 * <p>Where an edge did not know that, because it never heard of the decision or its base shows it
 * no longer, somebody else may: each operation names the revision of the version that it saw. If
 * nobody is known to have stood there, it is one of those of which nobody knows it, of the same
 * key, made behind something earlier, in the order of its source; mostly there is just one, and
 * from then on its place is known. What is concluded like that is listed as a conflict all the same
 * where it is replaced. What remains unknown counts as not seen: two that are not really concurrent
 * are shown as if they were, but nothing is overwritten unseen.
 */
final class Histories {

  /** Bounds the heap; what is beyond counts as not known. */
  private static final int FORMERS_MAX = 20_000;

  /** The newest are listed for operators; all are in the log. */
  static final int UNHEALED_MAX = 1_000;

  private final List<LostPart> healed = new ArrayList<>();
  private final List<LostPart> learned = new ArrayList<>();
  private final Map<Long, FormerPlaces> terms = new HashMap<>();
  private final List<Unhealed> unhealed = new ArrayList<>();
  private final Function<QualifiedKey, Optional<MutationId>> current;
  private final UnplacedMutations unplaced = new UnplacedMutations();
  private final Set<MutationId> concluded = new HashSet<>();
  private final ArrayDeque<Runnable> undos = new ArrayDeque<>();
  private int formers;

  /**
   * Knows of none.
   *
   * @param current whose version is there, of a key
   */
  Histories(Function<QualifiedKey, Optional<MutationId>> current) {
    this.current = current;
  }

  /**
   * A lost history.
   *
   * @param knownTo the last revision of it that any edge knew of
   */
  record LostPart(LostHistory history, long knownTo) {}

  /** Takes in what is being healed. */
  void learn(LostHistory history, long knownTo) {
    add(learned, new LostPart(history, knownTo));
  }

  /** Takes in what was healed. */
  void healed(PartitionHealed record) {
    for (int i = 0; i < record.getLostCount(); i++) {
      add(healed, new LostPart(Ids.decode(record.getLost(i)), record.getKnownTo(i)));
    }
    learned.clear();
    record.getUnhealedList().forEach(this::unhealed);
  }

  private static void add(List<LostPart> parts, LostPart more) {
    var joined = more;
    for (int i = parts.size() - 1; i >= 0; i--) {
      if (parts.get(i).history().meets(joined.history())) {
        var part = parts.remove(i);
        joined =
            new LostPart(
                part.history().with(joined.history()), Math.max(part.knownTo(), joined.knownTo()));
      }
    }
    parts.add(joined);
  }

  /** Writes into a decision that is made again what is known of where it stood. */
  static void mark(Decision.Builder decision, dev.tideline.wire.v1.Mutation message, Again again) {
    var former = again.former();
    if (former.hasPosition()) {
      decision.setFormer(former.getPosition());
    }
    if (former.getPosition().getRevision() == 0) {
      decision.setUnplaced(
          Unplaced.newBuilder()
              .setBehind(Ids.encode(again.behind()))
              .setHybridTime(message.getHybridTime()));
    }
  }

  /** Notes what a decision tells of lost histories, until it is abandoned or for ever. */
  void decided(MutationId id, Decision decision) {
    if (decision.hasFormer()) {
      var former = Ids.decode(decision.getFormer());
      var places = places(former.term());
      places.decisions(1);
      undos.push(() -> places.decisions(-1));
      note(places, id, former.revision());
    }
    if (decision.hasUnplaced()) {
      var behind = Ids.decode(decision.getUnplaced().getBehind());
      var time = new HybridTime(decision.getUnplaced().getHybridTime());
      unplaced.add(new UnplacedMutations.One(id, behind, time), keys(id, decision));
      undos.push(() -> unplaced.remove(id));
    }
    for (var message : decision.getPlacedList()) {
      var placed = Ids.decode(message.getId());
      var at = Ids.decode(message.getPosition());
      note(places(at.term()), placed, at.revision());
      unplaced.remove(placed).ifPresent(it -> undos.push(() -> unplaced.add(it.one(), it.keys())));
      if (concluded.add(placed)) {
        undos.push(() -> concluded.remove(placed));
      }
    }
  }

  /** What was decided is in the log. */
  void commit() {
    undos.clear();
  }

  /** What was decided since the last commit is not in the log. */
  void abandon() {
    while (!undos.isEmpty()) {
      undos.pop().run();
    }
  }

  private FormerPlaces places(long term) {
    return terms.computeIfAbsent(term, any -> new FormerPlaces());
  }

  private void note(FormerPlaces places, MutationId id, long revision) {
    if (revision > 0 && formers < FORMERS_MAX) {
      formers++;
      places.put(id, revision);
      undos.push(
          () -> {
            formers--;
            places.remove(id, revision);
          });
    }
  }

  /** What a decision changed, or would have but for a later one: a version that others may know. */
  private static Set<QualifiedKey> keys(MutationId id, Decision decision) {
    var keys = new HashSet<QualifiedKey>();
    for (var bytes : decision.getChangesList()) {
      keys.add(ChangeCodec.target(bytes));
    }
    for (var conflict : decision.getConflictsList()) {
      if (conflict.getLoser().getOriginsList().contains(Ids.encode(id))) {
        keys.add(new QualifiedKey(conflict.getNamespace(), Key.of(conflict.getKey())));
      }
    }
    return keys;
  }

  /** Notes what nobody retains. */
  void unhealed(Unhealed range) {
    if (!unhealed.contains(range)) {
      unhealed.add(range);
      if (unhealed.size() > UNHEALED_MAX) {
        unhealed.removeFirst();
      }
    }
  }

  /** Whether a mutation is one of those that nobody retains, or may be. */
  boolean isUnhealed(MutationId id) {
    return unhealed.stream()
        .anyMatch(
            range ->
                range.getIncarnation() == id.incarnation()
                    && range.getAfterSequence() < id.sequence()
                    && id.sequence() <= range.getToSequence()
                    && range.getEdge().equals(id.edge().text()));
  }

  /**
   * What a mutation saw, in the words of the history that stands.
   *
   * @param followed the terms of that, with their first revisions, ascending
   * @param head its last revision
   */
  Understood understand(Mutation mutation, List<Position> followed, long head) {
    var context = mutation.context();
    var seen = context.seen();
    if (seen.revision() == 0 || stands(seen, followed, head)) {
      return new Understood(context);
    }
    for (var parts : List.of(learned, healed)) {
      for (var part : parts) {
        if (part.history().contains(seen)) {
          var told = new Told();
          ask(mutation, part.history(), told);
          return new Understood(
              translate(context, part.history(), told.seen),
              told.placed,
              id -> isUntold(id) && !context.sawOwn(id));
        }
      }
    }
    return new Understood(new Context(common(seen, followed), context.own()));
  }

  /** What a mutation tells of those of which nobody knows where they stood. */
  private static final class Told {
    private final List<MutationId> seen = new ArrayList<>();
    private final List<Placed> placed = new ArrayList<>();
  }

  private void ask(Mutation mutation, LostHistory history, Told told) {
    for (var operation : mutation.operations()) {
      long saw = operation.seenRevision();
      if (saw <= history.fork().revision() || saw > mutation.context().seen().revision()) {
        continue;
      }
      var at = new Position(history.termOf(saw), saw);
      var places = places(at.term());
      var target = operation.target();
      if (!places.isKnown(saw)) {
        unplaced
            .seenAt(
                target,
                mutation.time(),
                one -> mayHaveStood(one, saw, history, places),
                current.apply(target))
            .filter(one -> !told.seen.contains(one.one().id()))
            .ifPresent(
                one -> {
                  told.seen.add(one.one().id());
                  if (one.sure()) {
                    told.placed.add(placed(one.one().id(), at));
                  }
                });
      }
    }
  }

  /** Whether it was decided again, and its edge did not say where it stood. */
  private boolean isUntold(MutationId id) {
    return concluded.contains(id) || unplaced.contains(id);
  }

  private static Placed placed(MutationId id, Position at) {
    return Placed.newBuilder().setId(Ids.encode(id)).setPosition(Ids.encode(at)).build();
  }

  private static boolean mayHaveStood(
      UnplacedMutations.One one, long revision, LostHistory history, FormerPlaces places) {
    boolean before =
        one.behind().revision() <= history.fork().revision() || history.contains(one.behind());
    return before && one.behind().revision() < revision && places.fits(one.id(), revision);
  }

  private static boolean stands(Position seen, List<Position> followed, long head) {
    var current = followed.getLast();
    if (current.term() == seen.term()) {
      return seen.revision() <= head;
    }
    return common(seen, followed).revision() == seen.revision();
  }

  /**
   * What of a position lies in the history that stands, where nobody has told of another: of a term
   * that it has, what it has of it.
   */
  private static Position common(Position seen, List<Position> followed) {
    for (int i = 0; i + 1 < followed.size(); i++) {
      if (followed.get(i).term() == seen.term()) {
        long last = followed.get(i + 1).revision() - 1;
        return new Position(seen.term(), Math.min(seen.revision(), last));
      }
    }
    boolean older = Long.compareUnsigned(seen.term(), followed.getFirst().term()) < 0;
    return older ? seen : Position.START;
  }

  private Context translate(Context context, LostHistory history, List<MutationId> also) {
    var own = new ArrayList<>(context.own());
    own.addAll(also);
    for (var lost : history.terms()) {
      var places = terms.get(lost.term());
      if (places != null) {
        own.addAll(places.prefixes(history.fork().revision(), context.seen().revision()));
      }
    }
    return new Context(history.fork(), own);
  }

  /** What was healed, for a checkpoint and for operators. */
  List<HealedHistory> all() {
    var all = new ArrayList<HealedHistory>(healed.size());
    for (var part : healed) {
      long again = 0;
      for (var lost : part.history().terms()) {
        var places = terms.get(lost.term());
        again += places == null ? 0 : places.decisions();
      }
      all.add(new HealedHistory(part.history(), part.knownTo(), again));
    }
    return all;
  }

  /** What nobody retains, the newest of it. */
  List<Unhealed> unhealed() {
    return List.copyOf(unhealed);
  }

  /** What was decided again, for a checkpoint. */
  List<LostTerm> terms() {
    var all = new ArrayList<LostTerm>(terms.size());
    terms.forEach((number, places) -> all.add(places.message(number)));
    return all;
  }

  /** Takes what a checkpoint holds. */
  void restore(PartitionImage.Lost lost) {
    lost.healed().forEach(one -> add(healed, new LostPart(one.history(), one.knownTo())));
    lost.unhealed().forEach(this::unhealed);
    for (var message : lost.terms()) {
      var places = places(message.getTerm());
      places.decisions(message.getDecisions());
      for (var former : message.getFormersList()) {
        var edge = new EdgeId(former.getEdge());
        var id = new MutationId(edge, former.getIncarnation(), former.getSequence());
        note(places, id, former.getRevision());
      }
    }
    commit();
  }
}
