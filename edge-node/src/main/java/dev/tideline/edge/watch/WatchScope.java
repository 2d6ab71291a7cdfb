package dev.tideline.edge.watch;

import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.model.Key;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import java.util.Optional;
import java.util.Set;

/**
 * What is watched: keys of one zone in some namespaces.
 *
 * @param text a key, or what keys begin with, its zone and the {@code /} included
 */
public record WatchScope(Set<String> namespaces, String text, boolean prefix) {

  /** Bounds what one watch looks through for every event. */
  public static final int NAMESPACES_MAX = 16;

  public WatchScope {
    namespaces = Set.copyOf(namespaces);
  }

  /** The zone of all its keys. */
  public String zone() {
    int slash = text.indexOf('/');
    return slash < 0 ? text : text.substring(0, slash);
  }

  boolean holds(QualifiedKey key) {
    var candidate = key.key().text();
    return (prefix ? candidate.startsWith(text) : candidate.equals(text))
        && namespaces.contains(key.namespace());
  }

  /** Why it cannot be watched: not all of it is held, so that some of it would never be told. */
  Optional<Refusal> notHeld(ReplicaDriver replica) {
    for (var namespace : namespaces) {
      var key = new QualifiedKey(namespace, Key.of(text));
      if (!(prefix ? replica.reads().holdsAll(namespace, text) : replica.reads().holds(key))) {
        var wanted = replica.loads().wanted();
        return Optional.of(
            (prefix ? wanted.coversAll(namespace, text) : wanted.covers(key))
                ? new Refusal(
                    ErrorCode.LOADING, "'%s' is being loaded".formatted(key), "watch in a moment")
                : new Refusal(
                    ErrorCode.OUT_OF_INTEREST,
                    "'%s' is outside this edge's interest".formatted(key),
                    "watch at another edge, or add the interest"));
      }
    }
    return replica.quarantined(this::holds).map(WatchScope::quarantined);
  }

  /** Why it cannot be watched while a change of one of its keys is missing. */
  static Refusal quarantined(QualifiedKey key) {
    return new Refusal(
        ErrorCode.QUARANTINED,
        "a change of '%s' could not be applied here".formatted(key),
        "watch at another edge; see the log of this one");
  }
}
