package dev.tideline.hub.ingest;

import dev.tideline.codec.Ids;
import dev.tideline.codec.Verdicts;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Located;
import dev.tideline.wire.v1.Located.Place;
import java.util.Optional;

/** Says what became of a mutation. Its answers wait until the change log is durable. */
final class Locator {

  private Locator() {}

  static Located.Builder locate(
      Locate locate, ReconcileDriver reconcile, Optional<EdgeRegistry.Known> edge) {
    var asked = Ids.decode(locate.getId());
    var answer = Located.newBuilder().setRequest(locate.getRequest());
    // Who compares wants to know of what was decided under this very id.
    var decidedAs =
        locate.getCompare()
            ? Optional.of(asked)
            : reconcile.decidedAs(locate.getPartition(), asked);
    return decidedAs.isPresent()
        ? locate(locate, decidedAs.get(), answer, reconcile, edge)
        : answer.setPlace(Place.UNKNOWN);
  }

  private static Located.Builder locate(
      Locate locate,
      MutationId id,
      Located.Builder answer,
      ReconcileDriver reconcile,
      Optional<EdgeRegistry.Known> edge) {
    var forgotten = edge.map(known -> known.forgotten().get(id.incarnation()));
    if (forgotten.isPresent()) {
      long decided = forgotten.get().getOrDefault(locate.getPartition(), 0L);
      return answer.setPlace(id.sequence() <= decided ? Place.FORGOTTEN : Place.LOST);
    }
    var watermark =
        reconcile.watermark(locate.getPartition(), new Source(id.edge(), id.incarnation()));
    if (id.sequence() <= watermark.sequence()) {
      decided(locate.getPartition(), id, reconcile, answer);
      if (id.sequence() == watermark.sequence()) {
        answer.setContentHash(watermark.contentHash());
      }
    } else {
      answer.setPlace(edge.map(known -> undecided(known, id)).orElse(Place.UNKNOWN));
    }
    return answer;
  }

  private static void decided(
      int partition, MutationId id, ReconcileDriver reconcile, Located.Builder answer) {
    if (reconcile.isUnhealed(partition, id)) {
      answer.setPlace(Place.LOST);
      return;
    }
    var kept = reconcile.verdict(partition, id);
    if (kept.isEmpty() && reconcile.forgot(partition, id)) {
      answer.setPlace(Place.FORGOTTEN);
      return;
    }
    answer.setPlace(Place.DECIDED);
    if (kept.isEmpty()) {
      answer
          .setVerdict(dev.tideline.wire.v1.Verdict.APPLIED)
          .setRevision(reconcile.status(partition).head());
      return;
    }
    answer
        .setRevision(kept.get().revision())
        .setVerdict(Verdicts.encode(kept.get().verdict()))
        .setReason(Verdicts.encode(kept.get().reason()));
    kept.get().first().ifPresent(first -> answer.setFirst(Ids.encode(first)));
  }

  /** What was not decided may still come from the live incarnation, or from what survived. */
  private static Place undecided(EdgeRegistry.Known edge, MutationId id) {
    long incarnation = id.incarnation();
    if (incarnation == edge.live()) {
      return Place.PENDING;
    }
    if (!edge.met(incarnation) && !edge.retained(incarnation)) {
      return Place.UNKNOWN;
    }
    var last = edge.lastSurviving(incarnation);
    if (last.isEmpty() || id.sequence() <= last.getAsLong()) {
      return Place.PENDING;
    }
    // Of one that lived twice it may have been issued again, as what only its edge can tell.
    return edge.closed().contains(incarnation) ? Place.UNKNOWN : Place.LOST;
  }
}
