package dev.tideline.model;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** All namespaces of an installation, declared at the hub. Version 0 means none is known yet. */
public final class Catalog {

  /** Nothing is known yet. */
  public static final Catalog NONE = new Catalog(0, java.util.List.of());

  private final long version;
  private final SortedMap<String, NamespaceContract> namespaces;

  /** The same for look-ups, which lie on the path of every read: by hash, not by comparing. */
  private final Map<String, NamespaceContract> byHash;

  public Catalog(long version, Collection<NamespaceContract> namespaces) {
    this.version = version;
    var byName = new TreeMap<String, NamespaceContract>();
    for (var contract : namespaces) {
      if (byName.put(contract.name(), contract) != null) {
        throw new InvalidInputException(
            "namespace '%s' is declared twice".formatted(contract.name()));
      }
    }
    this.namespaces = Collections.unmodifiableSortedMap(byName);
    byHash = Map.copyOf(byName);
  }

  public long version() {
    return version;
  }

  /** Whether a catalog is known at all. */
  public boolean known() {
    return version > 0;
  }

  /** Whether a namespace is declared. */
  public boolean declares(String namespace) {
    return byHash.containsKey(namespace);
  }

  public Optional<NamespaceContract> find(String namespace) {
    return Optional.ofNullable(byHash.get(namespace));
  }

  /** All contracts, by name. */
  public Collection<NamespaceContract> namespaces() {
    return namespaces.values();
  }
}
