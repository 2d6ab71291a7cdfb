package dev.tideline.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;

/**
 * A part of a partition's history that the hub has lost: what was decided behind the fork before
 * the hub was set back to an older copy. Its revisions are given again to other decisions.
 *
 * @param fork the last revision that stands; revision 0 if nothing does
 * @param terms lost, with their first lost revisions, ascending by revision; the first one may be
 *     the fork's own term, of which only the rest is lost
 */
public record LostHistory(Position fork, List<Position> terms) {

  public LostHistory {
    terms = List.copyOf(terms);
  }

  /** Whether a position lies in it. */
  public boolean contains(Position position) {
    return position.revision() > fork.revision() && containsTerm(position.term());
  }

  private boolean containsTerm(long term) {
    for (int i = 0; i < terms.size(); i++) {
      if (terms.get(i).term() == term) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether both are parts of one: somebody followed a term of this that somebody followed there.
   */
  public boolean meets(LostHistory other) {
    return fork.equals(other.fork)
        && other.terms.stream().anyMatch(term -> containsTerm(term.term()));
  }

  /** What is known of both of them. */
  public LostHistory with(LostHistory other) {
    var firsts = new HashMap<Long, Long>();
    terms.forEach(term -> firsts.merge(term.term(), term.revision(), Math::min));
    other.terms.forEach(term -> firsts.merge(term.term(), term.revision(), Math::min));
    var all = new ArrayList<Position>(firsts.size());
    firsts.forEach((term, first) -> all.add(new Position(term, first)));
    all.sort(Comparator.comparingLong(Position::revision));
    return new LostHistory(fork, all);
  }

  /**
   * What somebody has followed behind a fork.
   *
   * @param followed terms with their first revisions, ascending
   * @param cursor up to where
   */
  public static LostHistory behind(Position fork, List<Position> followed, Position cursor) {
    var lost = new ArrayList<Position>();
    for (int i = 0; i < followed.size(); i++) {
      long last = i + 1 < followed.size() ? followed.get(i + 1).revision() - 1 : cursor.revision();
      if (last > fork.revision()) {
        long first = Math.max(followed.get(i).revision(), fork.revision() + 1);
        lost.add(new Position(followed.get(i).term(), first));
      }
    }
    // A snapshot may stand at the head of a term of which nothing is decided yet.
    boolean last = !followed.isEmpty() && followed.getLast().term() == cursor.term();
    if (cursor.revision() > fork.revision() && !last) {
      lost.add(new Position(cursor.term(), cursor.revision() + 1));
    }
    return new LostHistory(fork, lost);
  }
}
