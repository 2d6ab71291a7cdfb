package dev.tideline.drills.sim.model;

import dev.tideline.model.MutationId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a writer truly saw of a partition, noted when it wrote, by somebody who watched: a beginning
 * of what was decided, and a beginning of what each process of its edge had made.
 *
 * @param revision up to which its edge showed what was decided; 0 if it did not show the keys
 * @param own highest sequence by edge and incarnation
 * @param but what it did not see of all that
 */
public record Seen(long revision, Map<Source, Long> own, Set<MutationId> but) {

  /** Nothing at all. */
  public static final Seen NOTHING = new Seen(0, Map.of());

  /** All of it. */
  public Seen(long revision, Map<Source, Long> own) {
    this(revision, own, Set.of());
  }

  /** A process of an edge. */
  public record Source(String edge, long incarnation) {
    static Source of(MutationId id) {
      return new Source(id.edge().text(), id.incarnation());
    }

    /** The process as it calls itself. */
    public Source given() {
      return new Source(edge, Names.given(incarnation));
    }
  }

  /** With all that its process had made before a mutation. */
  Seen withOwnBefore(MutationId id) {
    var more = new HashMap<>(own);
    more.put(Source.of(id), id.sequence() - 1);
    return new Seen(revision, more, but);
  }

  /**
   * What a mutation says of it if the history of its revision is only known up to an earlier one.
   */
  static Seen said(List<MutationId> own, long known) {
    var sources = new HashMap<Source, Long>();
    own.forEach(id -> sources.merge(Source.of(id), id.sequence(), Math::max));
    return new Seen(known, sources);
  }

  Seen without(Set<MutationId> these) {
    return new Seen(revision, own, these);
  }

  /** Whether a version is among it. */
  public boolean saw(Cell cell) {
    if (cell.origins().stream().anyMatch(but::contains)) {
      return false;
    }
    if (cell.revision() > 0 && cell.revision() <= revision) {
      return true;
    }
    return cell.origins().stream()
        .anyMatch(id -> id.sequence() <= own.getOrDefault(Source.of(id), 0L));
  }
}
