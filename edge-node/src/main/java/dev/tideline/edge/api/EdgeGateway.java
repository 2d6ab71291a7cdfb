package dev.tideline.edge.api;

import dev.tideline.codec.Verdicts;
import dev.tideline.edge.replica.OwnVerdict;
import dev.tideline.edge.replica.Reading;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.replica.WriteIntent;
import dev.tideline.edge.replica.WriteOutcome;
import dev.tideline.edge.uplink.Freshness;
import dev.tideline.edge.uplink.UplinkDriver;
import dev.tideline.model.Catalog;
import dev.tideline.model.Durability;
import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.store.LogFailedException;
import dev.tideline.wire.v1.Located;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads and writes of one edge, for callers in the same JVM; every other interface is made of this.
 * Safe from any thread. A read never waits; a write waits on the calling thread for as much as its
 * acknowledgement promises.
 */
public final class EdgeGateway {

  /** How long an answer about another edge's write may take. */
  private static final long LOCATE_TIMEOUT_MS = 2_000;

  /** So that a read of several keys stays short; the lock may be held for it in the worst case. */
  public static final int READ_KEYS_MAX = 256;

  private final EdgeId edge;
  private final ReplicaDriver replica;
  private final UplinkDriver uplink;
  private final Freshness freshness;
  private final Clock clock;
  private final WriteTracing tracing;
  private final TrafficCounts counts;

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
    counts = new TrafficCounts(telemetry.metrics());
  }

  /** Reads a key's view. */
  public ReadResult read(QualifiedKey key) {
    return counts.count(look(key));
  }

  private ReadResult look(QualifiedKey key) {
    var contract = replica.catalog().find(key.namespace());
    if (contract.isEmpty()) {
      return new ReadResult.Refused(
          WriteCheck.unknownNamespace(key.namespace(), replica.catalog()));
    }
    return result(key, replica.read(key));
  }

  private ReadResult result(QualifiedKey key, Reading reading) {
    return reading.quarantined()
        ? new ReadResult.Refused(
            new Refusal(
                ErrorCode.QUARANTINED,
                "a change of '%s' could not be applied here".formatted(key),
                "read at another edge; see the log of this one"))
        : new ReadResult.Read(reading, stalenessMs());
  }

  /**
   * Reads keys of one zone as they all were at one moment, in their order.
   *
   * @param keys 1 to {@value #READ_KEYS_MAX}; one refusal stands for all if they cannot be read
   *     together at all
   */
  public List<ReadResult> readAll(List<QualifiedKey> keys) {
    var refused = refuseTogether(keys);
    if (refused.isPresent()) {
      return List.of(new ReadResult.Refused(refused.get()));
    }
    var readings = replica.readAll(keys);
    var results = new ArrayList<ReadResult>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      results.add(result(keys.get(i), readings.get(i)));
    }
    return results;
  }

  private Optional<Refusal> refuseTogether(List<QualifiedKey> keys) {
    if (keys.isEmpty() || keys.size() > READ_KEYS_MAX) {
      return Optional.of(
          new Refusal(
              ErrorCode.MALFORMED,
              "the read names %d keys".formatted(keys.size()),
              "1 to %d".formatted(READ_KEYS_MAX)));
    }
    for (var key : keys) {
      if (replica.catalog().find(key.namespace()).isEmpty()) {
        return Optional.of(WriteCheck.unknownNamespace(key.namespace(), replica.catalog()));
      }
    }
    return WriteCheck.oneZone(keys);
  }

  /** Milliseconds since this edge last knew that it held everything. */
  public long stalenessMs() {
    return freshness.stalenessMs(clock.millis(), System.nanoTime());
  }

  /** Writes, in a span of its own if the write is traced. */
  public WriteResult write(WriteRequest request) {
    return counts.count(tracing.write(request, this::take));
  }

  private WriteResult take(WriteRequest request) {
    var catalog = replica.catalog();
    var broken = WriteCheck.check(request, catalog);
    if (broken.isPresent()) {
      return new WriteResult.Refused(broken.get());
    }
    var intent =
        new WriteIntent(
            request.operations(),
            WriteCheck.contractVersion(request, catalog),
            request.idempotencyKey(),
            request.traceContext());
    return switch (replica.write(intent)) {
      case WriteOutcome.Declined declined -> new WriteResult.Refused(declined.refusal());
      case WriteOutcome.Journalled journalled -> {
        uplink.wake();
        var asked = request.ack().orElseGet(() -> WriteCheck.durability(request, catalog));
        yield acknowledge(request, asked, journalled);
      }
    };
  }

  private WriteResult acknowledge(
      WriteRequest request, Durability asked, WriteOutcome.Journalled journalled) {
    var receipt = journalled.receipt();
    if (asked == Durability.MEMORY) {
      return acknowledged(request, receipt, asked, asked, Optional.empty());
    }
    long waitingNs = System.nanoTime();
    try {
      replica.awaitDurable(journalled.position());
      counts.durableAfter(System.nanoTime() - waitingNs);
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
    return new WriteResult.Acknowledged(receipt, reached, asked, verdict, token(request));
  }

  /** What the writer has seen afterwards; of several keys, as late as the latest of them. */
  private VersionToken token(WriteRequest request) {
    var first = replica.read(request.operations().getFirst().target()).token();
    var time = first.time();
    for (var operation : request.operations().subList(1, request.operations().size())) {
      var other = replica.read(operation.target()).token().time();
      time = other.compareTo(time) > 0 ? other : time;
    }
    return new VersionToken(first.partition(), first.context(), time);
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
