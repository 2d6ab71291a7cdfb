package dev.tideline.hub.reconcile;

import dev.tideline.codec.Ids;
import dev.tideline.model.Context;
import dev.tideline.model.EdgeId;
import dev.tideline.model.LostHistory;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.DecidedPlaces;
import dev.tideline.wire.v1.PartitionHealed;
import dev.tideline.wire.v1.Unhealed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

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
 * enough to know, of each source, which sequence stood where: from the edge that made it, from any
 * that was told of it, and from whoever replaced its version, for he names it in S himself. Where
 * nobody knows any more, the mutation counts as not seen: two that are not really concurrent are
 * shown as if they were, but nothing is overwritten unseen.
 */
final class Histories {

  /** Bounds the heap; what is beyond counts as not known. */
  private static final int FORMERS_MAX = 20_000;

  /** The newest are listed for operators; all are in the log. */
  static final int UNHEALED_MAX = 1_000;

  private final List<LostPart> healed = new ArrayList<>();
  private final List<LostPart> learned = new ArrayList<>();
  private final Map<Long, LostTerm> terms = new HashMap<>();
  private final List<Unhealed> unhealed = new ArrayList<>();
  private int formers;

  /**
   * A lost history.
   *
   * @param knownTo the last revision of it that any edge knew of
   */
  record LostPart(LostHistory history, long knownTo) {}

  /** What was decided again of a term: how much, and, by source, which stood where. */
  private static final class LostTerm {
    private final Map<Source, TreeMap<Long, Long>> formers = new HashMap<>();
    private long decisions;
  }

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

  /** Notes that a mutation was decided again; revision 0 if nobody knows where it stood. */
  void again(Position former, Source source, long sequence) {
    var term = terms.computeIfAbsent(former.term(), any -> new LostTerm());
    term.decisions++;
    note(term, source, sequence, former.revision());
  }

  private void note(LostTerm term, Source source, long sequence, long revision) {
    if (revision > 0 && formers < FORMERS_MAX) {
      var known = term.formers.computeIfAbsent(source, any -> new TreeMap<>());
      formers += known.put(revision, sequence) == null ? 1 : 0;
    }
  }

  /** Notes where somebody was told that mutations stood, unless that stands still. */
  void stood(DecidedPlaces places, List<Position> followed, long head) {
    var source = new Source(new EdgeId(places.getEdge()), places.getIncarnation());
    for (int i = 0; i < places.getSequencesCount(); i++) {
      long revision = places.getRevisions(i);
      // What there is no room for, or what is no revision, must not leave a term behind either.
      boolean notable = revision > 0 && formers < FORMERS_MAX;
      if (notable && !stands(new Position(places.getTerm(), revision), followed, head)) {
        var term = terms.computeIfAbsent(places.getTerm(), any -> new LostTerm());
        note(term, source, places.getSequences(i), revision);
      }
    }
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
   * The same context in the words of the history that stands.
   *
   * @param followed the terms of that, with their first revisions, ascending
   * @param head its last revision
   */
  Context translate(Context context, List<Position> followed, long head) {
    var seen = context.seen();
    if (seen.revision() == 0 || stands(seen, followed, head)) {
      return context;
    }
    // Whoever knows more of a lost history knows a later fork of it.
    return Stream.concat(learned.stream(), healed.stream())
        .map(LostPart::history)
        .filter(history -> history.contains(seen))
        .max(Comparator.comparingLong(history -> history.fork().revision()))
        .map(history -> translate(context, history))
        .orElseGet(() -> new Context(common(seen, followed), context.own()));
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

  private Context translate(Context context, LostHistory history) {
    var own = new ArrayList<>(context.own());
    for (var lost : history.terms()) {
      var term = terms.get(lost.term());
      if (term != null) {
        term.formers.forEach(
            (source, sequences) -> {
              var last = sequences.floorEntry(context.seen().revision());
              if (last != null && last.getKey() > history.fork().revision()) {
                own.add(new MutationId(source.edge(), source.incarnation(), last.getValue()));
              }
            });
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
        var term = terms.get(lost.term());
        again += term == null ? 0 : term.decisions;
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
  List<dev.tideline.wire.v1.LostTerm> terms() {
    var all = new ArrayList<dev.tideline.wire.v1.LostTerm>(terms.size());
    terms.forEach(
        (number, term) -> {
          var message =
              dev.tideline.wire.v1.LostTerm.newBuilder()
                  .setTerm(number)
                  .setDecisions(term.decisions);
          term.formers.forEach(
              (source, sequences) ->
                  sequences.forEach(
                      (revision, sequence) ->
                          message
                              .addFormersBuilder()
                              .setEdge(source.edge().text())
                              .setIncarnation(source.incarnation())
                              .setSequence(sequence)
                              .setRevision(revision)));
          all.add(message.build());
        });
    return all;
  }

  /** Takes what a checkpoint holds. */
  void restore(PartitionImage.Lost lost) {
    lost.healed().forEach(one -> add(healed, new LostPart(one.history(), one.knownTo())));
    lost.unhealed().forEach(this::unhealed);
    for (var message : lost.terms()) {
      var term = terms.computeIfAbsent(message.getTerm(), any -> new LostTerm());
      term.decisions += message.getDecisions();
      for (var former : message.getFormersList()) {
        var source = new Source(new EdgeId(former.getEdge()), former.getIncarnation());
        note(term, source, former.getSequence(), former.getRevision());
      }
    }
  }
}
