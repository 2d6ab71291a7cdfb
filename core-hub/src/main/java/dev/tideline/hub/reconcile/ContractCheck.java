package dev.tideline.hub.reconcile;

import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.Mutation;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.Operation;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Reason;
import java.nio.charset.StandardCharsets;

/** Whether a mutation keeps to the contracts of its namespaces, and to the hub's limits. */
final class ContractCheck {

  /** Longer than any registered media type; it is kept with every version. */
  static final int CONTENT_TYPE_BYTES_MAX = 255;

  /** An actor's name is kept with every idempotency key. */
  static final int ACTOR_BYTES_MAX = 256;

  private final Catalog catalog;

  ContractCheck(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Why the mutation is refused; NONE if it is not. */
  Reason check(Mutation mutation, int encodedBytes) {
    if (encodedBytes > Mutation.BYTES_MAX
        || longer(mutation.idempotencyKey(), IdempotencyScope.KEY_BYTES_MAX)
        || longer(mutation.actor(), ACTOR_BYTES_MAX)) {
      return Reason.TOO_LARGE;
    }
    for (var operation : mutation.operations()) {
      var contract = catalog.find(operation.target().namespace());
      if (contract.isEmpty()) {
        return Reason.UNKNOWN_NAMESPACE;
      }
      var reason = check(operation, contract.get());
      if (reason != Reason.NONE) {
        return reason;
      }
    }
    return Reason.NONE;
  }

  private static Reason check(Operation operation, NamespaceContract contract) {
    if (!contract.type().takes(operation.kind())) {
      return Reason.WRONG_TYPE;
    }
    return operation instanceof Operation.Put put
            && (put.value().size() > contract.valueBytesMax()
                || longer(put.contentType(), CONTENT_TYPE_BYTES_MAX))
        ? Reason.TOO_LARGE
        : Reason.NONE;
  }

  private static boolean longer(String text, int bytesMax) {
    return 3 * text.length() > bytesMax && text.getBytes(StandardCharsets.UTF_8).length > bytesMax;
  }

  /** The type of a namespace that passed the check. */
  DataType typeOf(QualifiedKey target) {
    return catalog.find(target.namespace()).orElseThrow().type();
  }
}
