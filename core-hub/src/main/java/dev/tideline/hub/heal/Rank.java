package dev.tideline.hub.heal;

import dev.tideline.model.Position;
import java.util.Comparator;
import java.util.Optional;

/**
 * The place of a retained mutation among all that are decided again.
 *
 * <p>Hybrid times are not enough for it. A clock that is far ahead is cut when its mutation is
 * decided, others see the time that was cut, and their own times exceed only that; when both come
 * again the cut falls elsewhere, and the one that was seen would come behind the one that saw it.
 * What tells the order for certain are the former revisions, and of a mutation whose former
 * revision nobody knows, because its edge never heard of it or its base shows it no longer, the
 * ones that it must lie behind: that of the mutation before it of the same edge and partition, and
 * R of its context. So a place is a former position, or <i>directly behind</i> one.
 *
 * <p>This respects what was seen. Let m have seen x, both of one partition, f(x) and f(m) their
 * former revisions, R(m) that of m's context. If they are of one edge, x comes before m in the
 * edge's journal, and places of one edge never go down. Else x was seen as decided: f(x) &le; R(m)
 * &lt; f(m), or m was never decided. The place of m is f(m) or behind R(m) or later, so behind
 * f(x). If f(x) is known, it is the place of x. If not, the place of x is directly behind something
 * that x itself came behind, so before f(x). Either way x comes first. A place that is too early
 * does no harm: what has a former revision that is not known is put before things that it had not
 * seen and that had not seen it, or that had.
 *
 * <p>Terms are drawn in ascending order like incarnations, so that positions of one history compare
 * as its revisions do; of two histories that were lost one after the other, the older comes first,
 * for who followed the later one may have seen the older one's through it. Where nothing else
 * tells, times do, and two of the same time are ordered by their edges.
 *
 * @param behind whether it is the place directly behind the position
 * @param time when it was made, of which an unsigned comparison says the order
 */
record Rank(int partition, Position position, boolean behind, long time)
    implements Comparable<Rank> {

  private static final Comparator<Rank> ORDER =
      Comparator.comparingInt(Rank::partition)
          .thenComparing(rank -> rank.position().term(), Long::compareUnsigned)
          .thenComparingLong(rank -> rank.position().revision())
          .thenComparing(Rank::behind)
          .thenComparing(Rank::time, Long::compareUnsigned);

  /**
   * The place of a mutation.
   *
   * @param seen R of its context
   * @param former where it stood; empty if that is not known
   * @param before the place of the one that the same edge has sent before; empty if it is the first
   */
  static Rank of(
      int partition, Position seen, Optional<Position> former, long time, Optional<Rank> before) {
    var own =
        former
            .map(at -> new Rank(partition, at, false, time))
            .orElseGet(() -> new Rank(partition, seen, true, time));
    return before
        .filter(one -> one.partition == partition)
        .map(one -> new Rank(partition, one.position, true, time))
        .filter(one -> one.compareTo(own) > 0)
        .orElse(own);
  }

  @Override
  public int compareTo(Rank other) {
    return ORDER.compare(this, other);
  }
}
