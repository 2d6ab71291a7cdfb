package dev.tideline.hub;

import dev.tideline.model.Catalog;
import dev.tideline.model.NamespaceContract;
import dev.tideline.runtime.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * From the catalog in force to the declared one. Contracts cannot take force at a revision, so a
 * catalog may only gain namespaces: anything else would change the meaning of what was decided.
 */
final class CatalogEvolution {

  private CatalogEvolution() {}

  /**
   * The catalog to serve: the one in force if nothing was added, else its successor.
   *
   * @throws ConfigException naming every namespace and field that differs
   */
  static Catalog next(Catalog inForce, List<NamespaceContract> declared) {
    var problems = new ArrayList<String>();
    var added = new ArrayList<NamespaceContract>();
    for (var contract : declared) {
      inForce
          .find(contract.name())
          .ifPresentOrElse(
              before -> compare(before, contract, problems), () -> added.add(contract));
    }
    var names = declared.stream().map(NamespaceContract::name).collect(Collectors.toSet());
    for (var before : inForce.namespaces()) {
      if (!names.contains(before.name())) {
        problems.add(
            "catalog: namespace '%s' is in force and missing: declare it again"
                .formatted(before.name()));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    if (added.isEmpty() && inForce.known()) {
      return inForce;
    }
    long version = inForce.version() + 1;
    var all = new ArrayList<>(inForce.namespaces());
    added.forEach(contract -> all.add(withVersion(contract, version)));
    return new Catalog(version, all);
  }

  private static NamespaceContract withVersion(NamespaceContract contract, long version) {
    return new NamespaceContract(
        contract.name(), contract.type(), contract.durability(), contract.valueBytesMax(), version);
  }

  private static void compare(
      NamespaceContract before, NamespaceContract after, List<String> problems) {
    compare(before.name(), "type", before.type().text(), after.type().text(), problems);
    compare(
        before.name(),
        "durability",
        before.durability().text(),
        after.durability().text(),
        problems);
    compare(
        before.name(), "max-value-bytes", before.valueBytesMax(), after.valueBytesMax(), problems);
  }

  private static void compare(
      String namespace, String field, Object before, Object after, List<String> problems) {
    if (!before.equals(after)) {
      problems.add(
          "catalog: namespace '%s': %s is '%s' in force and cannot become '%s': only adding"
                  .formatted(namespace, field, before, after)
              + " namespaces is possible");
    }
  }
}
