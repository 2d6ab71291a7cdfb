package dev.tideline.edge.api;

import dev.tideline.codec.Verdicts;
import dev.tideline.edge.replica.OwnVerdict;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.replica.WriteIntent;
import dev.tideline.edge.replica.WriteOutcome;
import dev.tideline.edge.uplink.Freshness;
import dev.tideline.edge.uplink.UplinkDriver;
import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.EdgeId;
import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.MutationId;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.Operation;
import dev.tideline.model.OperationKind;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.store.LogFailedException;
import dev.tideline.wire.v1.Located;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Reads and writes of one edge, for callers in the same JVM; every other interface is made of this.
 * Safe from any thread. A read never waits; a write waits on the calling thread for as much as its
 * acknowledgement promises.
 */
public final class EdgeGateway {

  /** How long an answer about another edge's write may take. */
  private static final long LOCATE_TIMEOUT_MS = 2_000;

  private final EdgeId edge;
  private final ReplicaDriver replica;
  private final UplinkDriver uplink;
  private final Freshness freshness;
  private final Clock clock;
  private final WriteTracing tracing;

  /** The stations that a gateway stands before. */
  public record Stations(
      EdgeId edge, ReplicaDriver replica, UplinkDriver uplink, Freshness freshness, Clock clock) {}

  public EdgeGateway(Stations stations, Telemetry telemetry) {
    edge = stations.edge();
    replica = stations.replica();
    uplink = stations.uplink();
    freshness = stations.freshness();
    clock = stations.clock();
    tracing = new WriteTracing(edge, telemetry.tracing());
  }

  /** Reads a key's view. */
  public ReadResult read(QualifiedKey key) {
    var contract = replica.catalog().find(key.namespace());
    if (contract.isEmpty()) {
      return new ReadResult.Refused(unknownNamespace(key.namespace()));
    }
    var reading = replica.read(key);
    if (reading.quarantined()) {
      return new ReadResult.Refused(
          new Refusal(
              ErrorCode.QUARANTINED,
              "a change of '%s' could not be applied here".formatted(key),
              "read at another edge; see the log of this one"));
    }
    return new ReadResult.Read(reading, stalenessMs());
  }

  /** Milliseconds since this edge last knew that it held everything. */
  public long stalenessMs() {
    return freshness.stalenessMs(clock.millis(), System.nanoTime());
  }

  /** Writes, in a span of its own if the write is traced. */
  public WriteResult write(WriteRequest request) {
    return tracing.write(request, this::take);
  }

  private WriteResult take(WriteRequest request) {
    var operation = request.operation();
    var contract = replica.catalog().find(operation.target().namespace());
    if (contract.isEmpty()) {
      return new WriteResult.Refused(unknownNamespace(operation.target().namespace()));
    }
    var broken = check(operation, contract.get(), request.idempotencyKey());
    if (broken.isPresent()) {
      return new WriteResult.Refused(broken.get());
    }
    var intent =
        new WriteIntent(
            operation, contract.get(), request.idempotencyKey(), request.traceContext());
    return switch (replica.write(intent)) {
      case WriteOutcome.Declined declined -> new WriteResult.Refused(declined.refusal());
      case WriteOutcome.Journalled journalled -> {
        uplink.wake();
        yield acknowledge(request, request.ack().orElse(contract.get().durability()), journalled);
      }
    };
  }

  private WriteResult acknowledge(
      WriteRequest request, Durability asked, WriteOutcome.Journalled journalled) {
    var receipt = journalled.receipt();
    if (asked == Durability.MEMORY) {
      return acknowledged(request, receipt, asked, asked, Optional.empty());
    }
    try {
      replica.awaitDurable(journalled.position());
    } catch (LogFailedException e) {
      return new WriteResult.Uncertain(receipt);
    }
    if (asked == Durability.DISK) {
      return acknowledged(request, receipt, asked, asked, Optional.empty());
    }
    var verdict = awaitVerdict(request, receipt);
    var reached = verdict.isPresent() ? Durability.HUB : Durability.DISK;
    return acknowledged(request, receipt, reached, asked, verdict);
  }

  private WriteResult acknowledged(
      WriteRequest request,
      Receipt receipt,
      Durability reached,
      Durability asked,
      Optional<OwnVerdict> verdict) {
    var token = replica.read(request.operation().target()).token();
    return new WriteResult.Acknowledged(receipt, reached, asked, verdict, token);
  }

  private Optional<OwnVerdict> awaitVerdict(WriteRequest request, Receipt receipt) {
    try {
      return Optional.of(
          replica.verdict(receipt).get(request.hubTimeout().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a verdict is never completed with a failure", e);
    }
  }

  private static Optional<Refusal> check(
      Operation operation, NamespaceContract contract, String idempotencyKey) {
    if (!contract.type().takes(operation.kind())) {
      return Optional.of(notAllowed(operation.kind(), contract));
    }
    int keyBytes = idempotencyKey.getBytes(StandardCharsets.UTF_8).length;
    if (keyBytes > IdempotencyScope.KEY_BYTES_MAX) {
      return Optional.of(
          new Refusal(
              ErrorCode.MALFORMED,
              "the idempotency key has %d bytes".formatted(keyBytes),
              "at most %d".formatted(IdempotencyScope.KEY_BYTES_MAX)));
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

  private Refusal unknownNamespace(String namespace) {
    if (!replica.catalog().known()) {
      return new Refusal(
          ErrorCode.NO_CATALOG,
          "this edge has not yet received a catalog",
          "it is ready after its first connection to the hub at " + uplink.status().address());
    }
    var known =
        replica.catalog().namespaces().stream()
            .map(NamespaceContract::name)
            .collect(Collectors.joining(", "));
    return new Refusal(
        ErrorCode.NAMESPACE_UNKNOWN,
        "namespace '%s' is not declared".formatted(namespace),
        "known namespaces: " + known);
  }

  /** What became of a write, made at this edge or at another. */
  public ReceiptState receipt(Receipt receipt) {
    if (replica.layout().isPresent()
        && receipt.partition() >= replica.layout().get().partitions()) {
      return new ReceiptState.Unknown();
    }
    if (receipt.id().edge().equals(edge)) {
      var here = replica.receipt(receipt);
      if (!(here instanceof ReceiptState.NotHere)) {
        return here;
      }
    }
    return locate(receipt);
  }

  private ReceiptState locate(Receipt receipt) {
    try {
      return state(receipt, uplink.locate(receipt).get(LOCATE_TIMEOUT_MS, TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException e) {
      return new ReceiptState.Unreachable();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new ReceiptState.Unreachable();
    }
  }

  private static ReceiptState state(Receipt receipt, Located located) {
    return switch (located.getPlace()) {
      case DECIDED -> new ReceiptState.Decided(verdict(receipt.id(), located));
      case PENDING -> new ReceiptState.Pending();
      case LOST -> new ReceiptState.Lost();
      default -> new ReceiptState.Unknown();
    };
  }

  private static OwnVerdict verdict(MutationId id, Located located) {
    return new OwnVerdict(
        id,
        Verdicts.decode(located.getVerdict()),
        Verdicts.decode(located.getReason()),
        located.getRevision(),
        located.hasFirst()
            ? Optional.of(dev.tideline.codec.Ids.decode(located.getFirst()))
            : Optional.empty());
  }

  /** The namespaces known. */
  public Catalog catalog() {
    return replica.catalog();
  }

  /** What an operator wants to know. */
  public NodeStatus status() {
    return new NodeStatus(
        edge,
        replica.progress(),
        replica.catalog(),
        uplink.status(),
        replica.backlog(),
        stalenessMs());
  }

  /** Milliseconds since 1970, by this edge's wall clock. */
  long wallMs() {
    return clock.millis();
  }
}
