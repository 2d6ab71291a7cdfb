package dev.tideline.edge.api;

import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.Mutation;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.Operation;
import dev.tideline.model.OperationKind;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether requests keep to limits and contracts, before anything is judged by what keys hold. */
final class WriteCheck {

  private WriteCheck() {}

  /** Why the write is refused, if it is. */
  static Optional<Refusal> check(WriteRequest request, Catalog catalog) {
    var operations = request.operations();
    if (operations.isEmpty() || operations.size() > Mutation.OPERATIONS_MAX) {
      return malformed(
          "the write has %d operations".formatted(operations.size()),
          "1 to %d".formatted(Mutation.OPERATIONS_MAX));
    }
    int keyBytes = request.idempotencyKey().getBytes(StandardCharsets.UTF_8).length;
    if (keyBytes > IdempotencyScope.KEY_BYTES_MAX) {
      return malformed(
          "the idempotency key has %d bytes".formatted(keyBytes),
          "at most %d".formatted(IdempotencyScope.KEY_BYTES_MAX));
    }
    for (var operation : operations) {
      var broken = check(operation, catalog);
      if (broken.isPresent()) {
        return broken;
      }
    }
    return oneZone(operations.stream().map(Operation::target).toList());
  }

  /** Why keys cannot be written, or read, together: they are not all of one zone. */
  static Optional<Refusal> oneZone(List<QualifiedKey> keys) {
    var zone = keys.getFirst().key().zone();
    for (var other : keys) {
      if (!other.key().zone().equals(zone)) {
        return malformed(
            "'%s' and '%s' are in two zones".formatted(keys.getFirst().key(), other.key()),
            "keys with the same text before the first '/'");
      }
    }
    return Optional.empty();
  }

  private static Optional<Refusal> malformed(String detail, String allowed) {
    return Optional.of(new Refusal(ErrorCode.MALFORMED, detail, allowed));
  }

  private static Optional<Refusal> check(Operation operation, Catalog catalog) {
    var contract = catalog.find(operation.target().namespace());
    if (contract.isEmpty()) {
      return Optional.of(unknownNamespace(operation.target().namespace(), catalog));
    }
    return check(operation, contract.get());
  }

  private static Optional<Refusal> check(Operation operation, NamespaceContract contract) {
    if (!contract.type().takes(operation.kind())) {
      return Optional.of(notAllowed(operation.kind(), contract));
    }
    if (operation instanceof Operation.Put put && put.value().size() > contract.valueBytesMax()) {
      return Optional.of(
          new Refusal(
              ErrorCode.TOO_LARGE,
              "the value has %d bytes".formatted(put.value().size()),
              "namespace %s takes at most %d"
                  .formatted(contract.name(), contract.valueBytesMax())));
    }
    return Optional.empty();
  }

  private static Refusal notAllowed(OperationKind kind, NamespaceContract contract) {
    return new Refusal(
        ErrorCode.OPERATION_NOT_ALLOWED,
        "namespace %s is a %s, which does not take %s"
            .formatted(contract.name(), contract.type().text(), kind.text()),
        "operations of a %s: %s".formatted(contract.type().text(), operations(contract.type())));
  }

  private static String operations(DataType type) {
    return Arrays.stream(OperationKind.values())
        .filter(type::takes)
        .map(OperationKind::text)
        .collect(Collectors.joining(", "));
  }

  /** Why nothing can be done in a namespace that the catalog does not have. */
  static Refusal unknownNamespace(String namespace, Catalog catalog) {
    if (!catalog.known()) {
      return new Refusal(
          ErrorCode.NO_CATALOG,
          "this edge has not yet received a catalog",
          "it is ready after its first connection to the hub");
    }
    var known =
        catalog.namespaces().stream()
            .map(NamespaceContract::name)
            .collect(Collectors.joining(", "));
    return new Refusal(
        ErrorCode.NAMESPACE_UNKNOWN,
        "namespace '%s' is not declared".formatted(namespace),
        "known namespaces: " + known);
  }

  /** The highest durability that the namespaces of a checked write promise. */
  static Durability durability(WriteRequest request, Catalog catalog) {
    return request.operations().stream()
        .map(operation -> contract(operation, catalog).durability())
        .max(Durability::compareTo)
        .orElseThrow();
  }

  /** The newest version among the contracts of a checked write. */
  static long contractVersion(WriteRequest request, Catalog catalog) {
    return request.operations().stream()
        .mapToLong(operation -> contract(operation, catalog).version())
        .max()
        .orElseThrow();
  }

  private static NamespaceContract contract(Operation operation, Catalog catalog) {
    return catalog.find(operation.target().namespace()).orElseThrow();
  }
}
