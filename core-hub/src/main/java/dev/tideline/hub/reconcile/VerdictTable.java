package dev.tideline.hub.reconcile;

import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;
import dev.tideline.model.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The verdicts of one partition other than plain {@link Verdict#APPLIED}. Below the watermark the
 * lack of a row means APPLIED; so where rows were forgotten, that is known of each source, and
 * nothing is said of what lies before. Guarded by the partition's lock.
 */
final class VerdictTable {

  private final Map<MutationId, KeptVerdict> known = new HashMap<>();

  /** By source: the highest sequence whose row was forgotten. */
  private final Map<Source, Long> forgotten = new HashMap<>();

  void put(MutationId id, KeptVerdict verdict) {
    known.put(id, verdict);
  }

  Optional<KeptVerdict> find(MutationId id) {
    return Optional.ofNullable(known.get(id));
  }

  /** Whether there may have been a row that was forgotten. */
  boolean forgot(MutationId id) {
    return id.sequence() <= forgotten.getOrDefault(Source.of(id), 0L);
  }

  /** Those of an edge that were decided above a revision. */
  List<SnapshotBasis.Told> of(EdgeId edge, long afterRevision) {
    var told = new ArrayList<SnapshotBasis.Told>();
    known.forEach(
        (id, verdict) -> {
          if (id.edge().equals(edge) && verdict.revision() > afterRevision) {
            told.add(new SnapshotBasis.Told(id.incarnation(), id.sequence(), verdict));
          }
        });
    return told;
  }

  /** Forgets what was decided before a moment. */
  void expireBefore(long wallMs) {
    known
        .entrySet()
        .removeIf(
            row -> {
              boolean old = row.getValue().wallMs() < wallMs;
              if (old) {
                forgotten.merge(Source.of(row.getKey()), row.getKey().sequence(), Math::max);
              }
              return old;
            });
  }

  /** All rows, by reference. */
  Map<MutationId, KeptVerdict> all() {
    return known;
  }

  /** Nobody asks for a source any more. */
  void forget(Source source) {
    forgotten.remove(source);
    known.keySet().removeIf(id -> Source.of(id).equals(source));
  }

  /** By source: up to where rows were forgotten. */
  Map<Source, Long> forgotten() {
    return forgotten;
  }

  /** Of an edge, by incarnation: up to where rows were forgotten. */
  Map<Long, Long> forgotten(EdgeId edge) {
    var ofEdge = new HashMap<Long, Long>();
    forgotten.forEach(
        (source, sequence) -> {
          if (source.edge().equals(edge)) {
            ofEdge.put(source.incarnation(), sequence);
          }
        });
    return ofEdge;
  }

  /** Takes a part of what a checkpoint holds. */
  void restore(PartitionImage.Outcomes image) {
    known.putAll(image.verdicts());
    forgotten.putAll(image.forgotten());
  }
}
