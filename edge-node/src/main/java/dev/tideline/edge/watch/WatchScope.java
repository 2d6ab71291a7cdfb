package dev.tideline.edge.watch;

import dev.tideline.model.QualifiedKey;
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
}
