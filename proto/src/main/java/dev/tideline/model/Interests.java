package dev.tideline.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A set of interests, asked for every key that is read or sent: the cost of an answer hardly grows
 * with the number of interests. Immutable.
 */
public final class Interests {

  /** So that Hello and the records of the apply log stay far below their limits. */
  public static final int COUNT_MAX = 1024;

  /** Nothing is wanted. */
  public static final Interests NONE = new Interests(List.of());

  /** All there is. */
  public static final Interests EVERYTHING = new Interests(List.of(Interest.EVERYTHING));

  private final List<Interest> all;
  private final boolean everything;
  private final Set<String> namespaces = new HashSet<>();
  private final Set<String> zones = new HashSet<>();
  private final Set<Interest> keys = new HashSet<>();

  /** Namespace, '/' and prefix; none begins with another one. */
  private final TreeSet<String> prefixes = new TreeSet<>();

  private Interests(Collection<Interest> interests) {
    all = List.copyOf(new LinkedHashSet<>(interests));
    everything = all.contains(Interest.EVERYTHING);
    for (var interest : all) {
      switch (interest) {
        case Interest.Everything any -> {}
        case Interest.Namespace namespace -> namespaces.add(namespace.name());
        case Interest.Zone zone -> zones.add(zone.name());
        case Interest.KeyPrefix prefix -> prefixes.add(prefix.namespace() + '/' + prefix.prefix());
        case Interest.OneKey key -> keys.add(key);
      }
    }
    var kept = new ArrayList<String>();
    for (var prefix : prefixes) {
      if (kept.isEmpty() || !prefix.startsWith(kept.getLast())) {
        kept.add(prefix);
      }
    }
    prefixes.retainAll(Set.copyOf(kept));
  }

  /**
   * The set of these interests.
   *
   * @throws InvalidInputException if there are more than {@link #COUNT_MAX}
   */
  public static Interests of(Collection<Interest> interests) {
    var made = new Interests(interests);
    if (made.all.size() > COUNT_MAX) {
      throw new InvalidInputException(
          "%d interests: an edge has at most %d".formatted(made.all.size(), COUNT_MAX));
    }
    return made;
  }

  /** Every interest, in the order in which they came. */
  public List<Interest> all() {
    return all;
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** Whether all there is is wanted. */
  public boolean everything() {
    return everything;
  }

  /** Whether a key is wanted. */
  public boolean covers(QualifiedKey key) {
    return everything || covers(key.namespace(), key.key().text());
  }

  /** Whether a key is wanted. */
  public boolean covers(String namespace, String key) {
    return coversAll(namespace, key)
        || (!keys.isEmpty() && keys.contains(new Interest.OneKey(namespace, key)));
  }

  /** Whether every key of a zone that begins with the text, its zone included, is wanted. */
  public boolean coversAll(String namespace, String prefix) {
    if (everything || namespaces.contains(namespace)) {
      return true;
    }
    int slash = prefix.indexOf('/');
    return zones.contains(slash < 0 ? prefix : prefix.substring(0, slash))
        || (!prefixes.isEmpty() && coveredByPrefix(namespace + '/' + prefix));
  }

  /** No prefix begins with another, so that only the greatest one not above the text can match. */
  private boolean coveredByPrefix(String text) {
    var floor = prefixes.floor(text);
    return floor != null && text.startsWith(floor);
  }

  /** These and others; {@link InvalidInputException} if they become too many. */
  public Interests with(Collection<Interest> more) {
    var together = new LinkedHashSet<>(all);
    together.addAll(more);
    return of(together);
  }

  /** These without others. */
  public Interests without(Collection<Interest> less) {
    var left = new LinkedHashSet<>(all);
    left.removeAll(Set.copyOf(less));
    return new Interests(left);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Interests that && Set.copyOf(all).equals(Set.copyOf(that.all));
  }

  @Override
  public int hashCode() {
    return Set.copyOf(all).hashCode();
  }

  @Override
  public String toString() {
    return all.toString();
  }
}
