package dev.tideline.edge.replica;

import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.DecidedPlaces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongBiFunction;

/**
 * At which revisions the newest mutations were decided, own ones and those of others, as far as a
 * change told. While the hub stands nobody asks; one that was set back decides again in the order
 * in which it had decided, and of what was replaced since no base tells any more. Guarded by the
 * replica's lock.
 */
final class Places {

  /** 1.3 MB, which a checkpoint copies; of older ones the hub infers what it can. */
  static final int MAX = 1 << 15;

  private static final int FIRST = 1 << 6;

  /** A place is five numbers in a row; where {@link #next} stands the oldest is overwritten. */
  private static final int WIDTH = 5;

  private static final int EDGE = 1;
  private static final int INCARNATION = 2;
  private static final int SEQUENCE = 3;
  private static final int REVISION = 4;

  private final List<EdgeId> edges;
  private final Map<EdgeId, Integer> numbers = new HashMap<>();
  private long[] ring;
  private int size;
  private int next;

  Places() {
    edges = new ArrayList<>();
    ring = new long[WIDTH * FIRST];
  }

  private Places(Places other) {
    edges = List.copyOf(other.edges);
    ring = other.ring.clone();
    size = other.size;
    next = other.next;
  }

  /** The same, to be read only. */
  Places copy() {
    return new Places(this);
  }

  void note(int partition, MutationId id, long revision) {
    if (WIDTH * size == ring.length && size < MAX) {
      grow();
    }
    int at = WIDTH * next;
    ring[at] = partition;
    ring[at + EDGE] = number(id.edge());
    ring[at + INCARNATION] = id.incarnation();
    ring[at + SEQUENCE] = id.sequence();
    ring[at + REVISION] = revision;
    size = Math.min(size + 1, capacity());
    next = (next + 1) % capacity();
  }

  /** It never was full before, so the oldest lies at the beginning. */
  private void grow() {
    ring = Arrays.copyOf(ring, Math.min(2 * ring.length, WIDTH * MAX));
    next = size;
  }

  private int capacity() {
    return ring.length / WIDTH;
  }

  private int number(EdgeId edge) {
    var known = numbers.get(edge);
    if (known == null) {
      known = edges.size();
      edges.add(edge);
      numbers.put(edge, known);
    }
    return known;
  }

  /** The revisions at which mutations of an edge were decided, as far as they are known. */
  Map<MutationId, Long> of(EdgeId edge) {
    var all = new HashMap<MutationId, Long>();
    for (int at = 0; at < WIDTH * size; at += WIDTH) {
      if (ring[at + INCARNATION] != 0 && edges.get((int) ring[at + EDGE]).equals(edge)) {
        var id = new MutationId(edge, ring[at + INCARNATION], ring[at + SEQUENCE]);
        all.put(id, ring[at + REVISION]);
      }
    }
    return all;
  }

  /** What was decided behind a fork is decided no more. */
  void lose(int partition, long fork) {
    for (int at = 0; at < WIDTH * size; at += WIDTH) {
      if (ring[at] == partition && ring[at + REVISION] > fork) {
        ring[at + INCARNATION] = 0;
      }
    }
  }

  /**
   * As a checkpoint keeps them and the hub is told of them.
   *
   * @param terms the term of a partition's revision
   */
  List<DecidedPlaces> encode(ToLongBiFunction<Integer, Long> terms) {
    record Source(int partition, long term, int edge, long incarnation) {}
    var all = new LinkedHashMap<Source, DecidedPlaces.Builder>();
    for (int i = 0; i < size; i++) {
      int at = WIDTH * ((next - size + i + capacity()) % capacity());
      if (ring[at + INCARNATION] == 0) {
        continue;
      }
      int partition = (int) ring[at];
      long term = terms.applyAsLong(partition, ring[at + REVISION]);
      var source = new Source(partition, term, (int) ring[at + EDGE], ring[at + INCARNATION]);
      all.computeIfAbsent(source, any -> DecidedPlaces.newBuilder())
          .addSequences(ring[at + SEQUENCE])
          .addRevisions(ring[at + REVISION]);
    }
    var encoded = new ArrayList<DecidedPlaces>(all.size());
    all.forEach(
        (source, places) ->
            encoded.add(
                places
                    .setPartition(source.partition)
                    .setTerm(source.term)
                    .setEdge(edges.get(source.edge).text())
                    .setIncarnation(source.incarnation)
                    .build()));
    return encoded;
  }

  /** Takes what a checkpoint holds. */
  void restore(DecidedPlaces places) {
    var edge = new EdgeId(places.getEdge());
    int count = Math.min(places.getSequencesCount(), places.getRevisionsCount());
    for (int i = 0; i < count; i++) {
      var id = new MutationId(edge, places.getIncarnation(), places.getSequences(i));
      note(places.getPartition(), id, places.getRevisions(i));
    }
  }
}
