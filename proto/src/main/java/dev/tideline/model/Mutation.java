package dev.tideline.model;

import com.google.protobuf.ByteString;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One write: 1 to {@value #OPERATIONS_MAX} operations on keys of one zone, decided together.
 *
 * @param previousSequence of the same incarnation in the same partition; 0 for none
 * @param actor empty until there are identities
 * @param idempotencyKey empty for none
 * @param idempotencyHash over operations and preconditions; 0 without a key
 * @param traceContext 26 bytes, or empty
 * @param original of one issued again because its incarnation was forked or closed
 */
public record Mutation(
    MutationId id,
    long previousSequence,
    String zone,
    List<Operation> operations,
    Context context,
    HybridTime time,
    String actor,
    String idempotencyKey,
    long idempotencyHash,
    long contractVersion,
    ByteString traceContext,
    Optional<MutationId> original) {

  /** So that one mutation never holds its partition for long. */
  public static final int OPERATIONS_MAX = 64;

  /**
   * As a message; with what its keys held before, its decision still fits one record of the log,
   * and its changes one message on the stream.
   */
  public static final int BYTES_MAX = SizeLimits.MUTATION_BYTES_MAX;

  /** One that is issued for the first time. */
  public Mutation(
      MutationId id,
      long previousSequence,
      String zone,
      List<Operation> operations,
      Context context,
      HybridTime time,
      String actor,
      String idempotencyKey,
      long idempotencyHash,
      long contractVersion,
      ByteString traceContext) {
    this(
        id,
        previousSequence,
        zone,
        operations,
        context,
        time,
        actor,
        idempotencyKey,
        idempotencyHash,
        contractVersion,
        traceContext,
        Optional.empty());
  }

  public Mutation {
    operations = List.copyOf(operations);
    if (operations.isEmpty() || operations.size() > OPERATIONS_MAX) {
      throw new InvalidInputException(
          "a mutation has 1 to %d operations, not %d".formatted(OPERATIONS_MAX, operations.size()));
    }
    for (var operation : operations) {
      if (!operation.target().key().zone().equals(zone)) {
        throw new InvalidInputException(
            "key '%s' is not in zone '%s': a mutation stays in one zone"
                .formatted(operation.target().key(), zone));
      }
    }
    if (previousSequence < 0 || previousSequence >= id.sequence()) {
      throw new InvalidInputException(
          "previous sequence %d is not below sequence %d"
              .formatted(previousSequence, id.sequence()));
    }
  }

  /** The keys it touches, each once, in the order of the operations. */
  public Set<QualifiedKey> targets() {
    if (operations.size() == 1) {
      return Set.of(operations.getFirst().target());
    }
    var targets = LinkedHashSet.<QualifiedKey>newLinkedHashSet(operations.size());
    operations.forEach(operation -> targets.add(operation.target()));
    return targets;
  }

  /** Within which its idempotency key is unique; empty if it has none. */
  public Optional<IdempotencyScope> idempotencyScope() {
    return idempotencyKey.isEmpty()
        ? Optional.empty()
        : Optional.of(new IdempotencyScope(actor, operations.getFirst().target(), idempotencyKey));
  }
}
