package dev.tideline.hub.ingest;

import dev.tideline.model.EdgeId;
import dev.tideline.model.Layout;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.IncarnationClosed;
import dev.tideline.wire.v1.SessionBegun;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which incarnations of which edges the hub has met, in which order, and which session each edge
 * has. "Newer" is what was met later, not the larger number. Guarded by its owner's lock.
 */
final class EdgeRegistry {

  private final Map<EdgeId, Known> edges = new TreeMap<>();

  /** What is known of one edge. */
  static final class Known {
    private final LinkedHashSet<Long> incarnations = new LinkedHashSet<>();
    private final LinkedHashSet<Long> closed = new LinkedHashSet<>();
    private final LinkedHashSet<Long> drained = new LinkedHashSet<>();
    private final LinkedHashMap<Long, Map<Integer, Long>> forgotten = new LinkedHashMap<>();

    /** Of incarnations that the newest Hello did not name, when they were missed first. */
    private final TreeMap<Long, Long> absentSinceMs = new TreeMap<>();

    private @Nullable HubSession session;
    private @Nullable Hello hello;

    /** The incarnation met last. */
    long live() {
      return incarnations.getLast();
    }

    /** In the order of meeting. */
    Iterable<Long> incarnations() {
      return incarnations;
    }

    /** Those of which nothing more is decided. */
    Set<Long> closed() {
      return closed;
    }

    /** Those that were only ever met in a drain session. */
    Set<Long> drained() {
      return drained;
    }

    /** Those of which nobody knows any more what was decided, but up to where in a partition. */
    Map<Long, Map<Integer, Long>> forgotten() {
      return forgotten;
    }

    /** Those of them that came back all the same: the newest Hello retains something of them. */
    Map<Long, Map<Integer, Long>> forgottenAndRetained() {
      var both = new HashMap<Long, Map<Integer, Long>>();
      if (hello != null) {
        for (var retained : hello.getRetainedList()) {
          var decided = forgotten.get(retained.getIncarnation());
          if (decided != null) {
            both.put(retained.getIncarnation(), decided);
          }
        }
      }
      return both;
    }

    /** Since when an edge has not named them, by incarnation. */
    Map<Long, Long> absentSinceMs() {
      return absentSinceMs;
    }

    boolean met(long incarnation) {
      return incarnations.contains(incarnation)
          || drained.contains(incarnation)
          || forgotten.containsKey(incarnation);
    }

    /** Takes note of what a Hello does not name, and what it does. */
    private void note(Hello hello, long wallMs) {
      var named = new HashSet<Long>();
      hello.getRetainedList().forEach(retained -> named.add(retained.getIncarnation()));
      named.add(hello.getIncarnation());
      absentSinceMs.keySet().removeAll(named);
      if (!hello.getDrain()) {
        for (var met : List.of(incarnations, drained)) {
          for (long incarnation : met) {
            if (!named.contains(incarnation)) {
              absentSinceMs.merge(incarnation, wallMs, Math::min);
            }
          }
        }
      }
    }

    /** The newest session, which may be over; empty if none since the hub started. */
    Optional<HubSession> session() {
      return Optional.ofNullable(session);
    }

    /**
     * The last surviving sequence of an incarnation by the newest Hello; empty if none came since
     * the hub started, 0 if it retains nothing of it.
     */
    OptionalLong lastSurviving(long incarnation) {
      if (hello == null) {
        return OptionalLong.empty();
      }
      for (var retained : hello.getRetainedList()) {
        if (retained.getIncarnation() == incarnation) {
          return OptionalLong.of(retained.getLastSequence());
        }
      }
      return OptionalLong.of(0);
    }

    /** Whether the newest Hello retains something of the incarnation. */
    boolean retained(long incarnation) {
      return hello != null
          && hello.getRetainedList().stream()
              .anyMatch(retained -> retained.getIncarnation() == incarnation);
    }
  }

  /** How an incarnation stands. */
  enum Standing {
    FIRST_SEEN,
    LIVE,
    FENCED
  }

  Standing standing(EdgeId edge, long incarnation) {
    var known = edges.get(edge);
    if (known == null || !known.met(incarnation)) {
      return Standing.FIRST_SEEN;
    }
    return known.live() == incarnation ? Standing.LIVE : Standing.FENCED;
  }

  /** Takes an incarnation that is met first, or that a record of the log says was. */
  void meet(SessionBegun begun) {
    var known = edges.computeIfAbsent(new EdgeId(begun.getEdge()), edge -> new Known());
    (begun.getDrain() ? known.drained : known.incarnations).add(begun.getIncarnation());
  }

  /** Takes an incarnation of which nothing more is decided. */
  void close(IncarnationClosed record) {
    var known = edges.computeIfAbsent(new EdgeId(record.getEdge()), edge -> new Known());
    known.closed.add(record.getIncarnation());
    if (record.getForgotten()) {
      var decided = new TreeMap<Integer, Long>();
      for (int i = 0; record.getDecidedTo() > 0 && i < Layout.PARTITIONS_MAX; i++) {
        decided.put(i, record.getDecidedTo());
      }
      record.getDecidedList().forEach(one -> decided.put(one.getPartition(), one.getSequence()));
      known.forgotten.put(record.getIncarnation(), Collections.unmodifiableMap(decided));
      known.incarnations.remove(record.getIncarnation());
      known.drained.remove(record.getIncarnation());
      known.absentSinceMs.remove(record.getIncarnation());
    }
  }

  /** Takes when an incarnation was missed first. */
  void absent(EdgeId edge, long incarnation, long sinceMs) {
    edges.computeIfAbsent(edge, any -> new Known()).absentSinceMs.put(incarnation, sinceMs);
  }

  /** Takes note of which incarnations an edge still names, and which it does not. */
  void note(EdgeId edge, Hello hello, long wallMs) {
    edges.computeIfAbsent(edge, any -> new Known()).note(hello, wallMs);
  }

  /** The incarnations of an edge that it has not named since a moment. */
  List<Long> absentSince(EdgeId edge, long wallMs) {
    return find(edge).stream()
        .flatMap(known -> known.absentSinceMs.entrySet().stream())
        .filter(one -> one.getValue() <= wallMs)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Makes a session the edge's; the one it had before. */
  Optional<HubSession> replace(EdgeId edge, HubSession session, Hello hello) {
    var known = edges.get(edge);
    if (known == null) {
      throw new IllegalStateException("edge %s has no incarnation".formatted(edge));
    }
    var before = Optional.ofNullable(known.session);
    known.session = session;
    known.hello = hello;
    return before;
  }

  Optional<Known> find(EdgeId edge) {
    return Optional.ofNullable(edges.get(edge));
  }

  /** All edges, by name. */
  Map<EdgeId, Known> edges() {
    return edges;
  }
}
