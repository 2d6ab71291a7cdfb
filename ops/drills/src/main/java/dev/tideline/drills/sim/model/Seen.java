package dev.tideline.drills.sim.model;

import dev.tideline.model.MutationId;
import java.util.Map;

/**
 * What a writer truly saw of a partition, noted when it wrote, by somebody who watched: a beginning
 * of what was decided, and a beginning of what each process of its edge had made.
 *
 * @param revision up to which its edge showed what was decided; 0 if it did not show the keys
 * @param own highest sequence by edge and incarnation
 */
public record Seen(long revision, Map<Source, Long> own) {

  /** Nothing at all. */
  public static final Seen NOTHING = new Seen(0, Map.of());

  /** A process of an edge. */
  public record Source(String edge, long incarnation) {
    static Source of(MutationId id) {
      return new Source(id.edge().text(), id.incarnation());
    }
  }

  boolean saw(Cell cell) {
    if (cell.revision() > 0 && cell.revision() <= revision) {
      return true;
    }
    return cell.origins().stream()
        .anyMatch(id -> id.sequence() <= own.getOrDefault(Source.of(id), 0L));
  }
}
