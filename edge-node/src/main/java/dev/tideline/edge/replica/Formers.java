package dev.tideline.edge.replica;

import dev.tideline.codec.Ids;
import dev.tideline.codec.Verdicts;
import dev.tideline.model.Mutation;
import dev.tideline.model.Position;
import dev.tideline.model.Reason;
import dev.tideline.model.Verdict;
import dev.tideline.wire.v1.DecidedPlaces;
import dev.tideline.wire.v1.Former;
import java.util.List;
import java.util.Optional;

/**
 * What an edge tells of its own mutations to a hub that has lost what it decided of them. Guarded
 * by the replica's lock.
 */
final class Formers {

  private Formers() {}

  /**
   * What became of a mutation; empty if it is not known to have been decided.
   *
   * @param noted the revision at which it was decided; 0 if no change told
   */
  static Optional<Former> of(Mutation mutation, long noted, ReplicaState state) {
    int number = state.layout().orElseThrow().partitionOf(mutation.zone());
    var partition = state.partition(number);
    var id = mutation.id();
    if (id.sequence() > partition.included(id.incarnation())) {
      return Optional.empty();
    }
    var verdict = state.exceptions.get(id);
    long revision = verdict == null ? revision(mutation, noted, state) : verdict.revision();
    return Optional.of(
        Former.newBuilder()
            .setPosition(Ids.encode(new Position(term(partition, revision), revision)))
            .setVerdict(Verdicts.encode(verdict == null ? Verdict.APPLIED : verdict.verdict()))
            .setReason(Verdicts.encode(verdict == null ? Reason.NONE : verdict.reason()))
            .build());
  }

  private static long revision(Mutation mutation, long noted, ReplicaState state) {
    return noted > 0 ? noted : visible(mutation, state);
  }

  /** The revision at which a base still shows the mutation; 0 if none does. */
  private static long visible(Mutation mutation, ReplicaState state) {
    for (var target : mutation.targets()) {
      var written = state.cache.get(target).base().written();
      if (written.isPresent() && written.get().origin().equals(mutation.id())) {
        return written.get().revision();
      }
    }
    return 0;
  }

  /** Where mutations of all edges were decided. */
  static List<DecidedPlaces> places(ReplicaState state) {
    return state.places.encode((partition, revision) -> term(state.partition(partition), revision));
  }

  /** The term of a revision; of one that is not known, the cursor's. */
  private static long term(PartitionReplica partition, long revision) {
    long term = partition.cursor().term();
    if (revision > 0) {
      for (var followed : partition.terms()) {
        term = followed.revision() <= revision ? followed.term() : term;
      }
    }
    return term;
  }
}
