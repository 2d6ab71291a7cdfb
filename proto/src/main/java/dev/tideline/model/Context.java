package dev.tideline.model;

import java.util.ArrayList;
import java.util.List;

/**
 * What a mutation saw: a version vector with two entries, whatever the number of edges, because
 * everything an edge can have seen of a partition is a prefix of its revisions plus a prefix of its
 * own mutations. It is frozen when the mutation is made; rebasing never touches it.
 *
 * @param seen R: up to where the edge had applied the partition
 * @param own S: the highest own sequence, one per own incarnation that is not wholly included at R;
 *     and the origins of the versions of other edges that the mutation replaces, which R tells as
 *     well as long as its history stands
 */
public record Context(Position seen, List<MutationId> own) {

  /** Saw nothing. */
  public static final Context NOTHING = new Context(Position.START, List.of());

  public Context {
    own = List.copyOf(own);
  }

  /** Whether this saw the version: it lies in the prefix R, or one of its origins lies in S. */
  public boolean saw(Version version) {
    if (version.decided() && version.revision() <= seen.revision()) {
      return true;
    }
    for (int i = 0; i < version.origins().size(); i++) {
      if (sawOwn(version.origins().get(i))) {
        return true;
      }
    }
    return false;
  }

  /** The same, having seen one more mutation. */
  public Context with(MutationId id) {
    var more = new ArrayList<MutationId>(own.size() + 1);
    more.addAll(own);
    more.add(id);
    return new Context(seen, more);
  }

  /** Whether the mutation lies in S. */
  public boolean sawOwn(MutationId id) {
    for (int i = 0; i < own.size(); i++) {
      var highest = own.get(i);
      if (highest.sameIncarnation(id) && id.sequence() <= highest.sequence()) {
        return true;
      }
    }
    return false;
  }
}
