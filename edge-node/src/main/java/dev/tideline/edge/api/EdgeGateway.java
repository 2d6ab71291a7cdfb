package dev.tideline.edge.api;

import dev.tideline.edge.api.Acknowledgements.Waiting;
import dev.tideline.edge.replica.ReadBuffer;
import dev.tideline.edge.replica.Reading;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.replica.WriteIntent;
import dev.tideline.edge.replica.WriteOutcome;
import dev.tideline.edge.uplink.Freshness;
import dev.tideline.edge.uplink.UplinkDriver;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.SizeLimits;
import dev.tideline.runtime.Deadlines;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.Refusal;
import dev.tideline.runtime.telemetry.Telemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Reads and writes of one edge, for callers in the same JVM; every other interface is made of this.
 * Safe from any thread. A read never waits; a write waits on the calling thread for as much as its
 * acknowledgement promises.
 */
public final class EdgeGateway {

  /** So that a read of several keys stays short; the lock may be held for it in the worst case. */
  public static final int READ_KEYS_MAX = SizeLimits.READ_KEYS_MAX;

  private final EdgeId edge;
  private final ReplicaDriver replica;
  private final UplinkDriver uplink;
  private final Freshness freshness;
  private final Clock clock;
  private final LongSupplier monotonicNs;
  private final EdgeInterests interests;
  private final HubReads hubReads;
  private final WriteTracing tracing;
  private final TrafficCounts counts;
  private final Acknowledgements acknowledgements;
  private final ReceiptLookup receipts;

  /** The stations that a gateway stands before. */
  public record Stations(
      EdgeId edge,
      ReplicaDriver replica,
      UplinkDriver uplink,
      Freshness freshness,
      Machine machine,
      Deadlines deadlines) {}

  public EdgeGateway(Stations stations, Telemetry telemetry) {
    edge = stations.edge();
    replica = stations.replica();
    uplink = stations.uplink();
    freshness = stations.freshness();
    clock = stations.machine().clock();
    monotonicNs = stations.machine().monotonicNs();
    tracing = new WriteTracing(edge, telemetry.tracing());
    counts = new TrafficCounts(telemetry.metrics());
    acknowledgements =
        new Acknowledgements(replica, counts, stations.machine(), stations.deadlines());
    receipts = new ReceiptLookup(edge, replica, uplink);
    interests = new EdgeInterests(replica, uplink);
    hubReads = new HubReads(replica, uplink, stations.machine());
  }

  /** Reads a key's view. */
  public ReadResult read(QualifiedKey key) {
    return counts.count(look(key));
  }

  /**
   * Reads a key's view into a buffer, without garbage.
   *
   * @return why it is not answered; empty if it is, and the buffer shows it
   */
  public Optional<Refusal> read(QualifiedKey key, ReadBuffer into) {
    if (!answers(key, into)) {
      // Said by the way that makes objects, which knows every reason.
      return read(key) instanceof ReadResult.Refused refused
          ? Optional.of(refused.refusal())
          : read(key, into);
    }
    into.stalenessMs(stalenessMs());
    counts.read(into.view().dead());
    return Optional.empty();
  }

  /** What is held belongs to a namespace, so that only the absence of a key asks for one. */
  private boolean answers(QualifiedKey key, ReadBuffer into) {
    var catalog = replica.catalog();
    return catalog.known()
        && replica.reads().read(key, into)
        && (!into.view().dead() || catalog.declares(key.namespace()));
  }

  /** Reads a key's view if it is as fresh as demanded. */
  public ReadResult read(QualifiedKey key, ReadDemand demand) {
    return counts.count(
        unmet(demand).<ReadResult>map(ReadResult.Refused::new).orElseGet(() -> look(key)));
  }

  /**
   * Reads a key's view, of the hub if it is not held here; completed at once if it is. The result
   * may come on any thread.
   *
   * @param within how long to wait for the hub; what goes wrong is a refusal
   */
  public CompletableFuture<ReadResult> readThrough(
      QualifiedKey key, ReadDemand demand, Duration within) {
    var here = unmet(demand).<ReadResult>map(ReadResult.Refused::new).orElseGet(() -> look(key));
    if (here instanceof ReadResult.Read || !isElsewhere(key)) {
      return CompletableFuture.completedFuture(counts.count(here));
    }
    counts.readThrough();
    return hubReads.read(key, demand, within).thenApply(counts::count);
  }

  private boolean isElsewhere(QualifiedKey key) {
    return replica.catalog().declares(key.namespace()) && !replica.reads().holds(key);
  }

  /** Why a demand cannot be met; what it demands is then not given from an older copy. */
  private Optional<Refusal> unmet(ReadDemand demand) {
    return demand.equals(ReadDemand.NONE)
        ? Optional.empty()
        : demand.unmet(stalenessMs(), replica.reads()::holds);
  }

  private ReadResult look(QualifiedKey key) {
    var contract = replica.catalog().find(key.namespace());
    if (contract.isEmpty()) {
      return new ReadResult.Refused(
          WriteCheck.unknownNamespace(key.namespace(), replica.catalog()));
    }
    return result(key, replica.reads().read(key));
  }

  private ReadResult result(QualifiedKey key, Reading reading) {
    if (!reading.held()) {
      return new ReadResult.Refused(hubReads.notHeld(key));
    }
    return reading.quarantined()
        ? new ReadResult.Refused(
            new Refusal(
                ErrorCode.QUARANTINED,
                "a change of '%s' could not be applied here".formatted(key),
                "read at another edge; see the log of this one"))
        : new ReadResult.Read(reading, stalenessMs(), false);
  }

  /**
   * Reads keys of one zone as they all were at one moment, in their order.
   *
   * @param keys 1 to {@value #READ_KEYS_MAX}; one refusal stands for all if they cannot be read
   *     together at all
   */
  public List<ReadResult> readAll(List<QualifiedKey> keys) {
    return readAll(keys, ReadDemand.NONE);
  }

  /** The same, if it is as fresh as demanded. */
  public List<ReadResult> readAll(List<QualifiedKey> keys, ReadDemand demand) {
    var refused = refuseTogether(keys).or(() -> unmet(demand));
    if (refused.isPresent()) {
      return List.of(new ReadResult.Refused(refused.get()));
    }
    var readings = replica.reads().readAll(keys);
    var results = new ArrayList<ReadResult>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      results.add(result(keys.get(i), readings.get(i)));
    }
    return results;
  }

  /**
   * The same, of the hub for all of them if one is not held here; completed at once if all are.
   *
   * @param within how long to wait for the hub
   */
  public CompletableFuture<List<ReadResult>> readAllThrough(
      List<QualifiedKey> keys, ReadDemand demand, Duration within) {
    boolean elsewhere =
        refuseTogether(keys).isEmpty() && !keys.stream().allMatch(replica.reads()::holds);
    if (!elsewhere) {
      return CompletableFuture.completedFuture(readAll(keys, demand));
    }
    counts.readThrough();
    return hubReads.readAll(keys, demand, within);
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

  /** Reads a key's view, of the hub if it is not held here, within two seconds. */
  public CompletableFuture<ReadResult> readThrough(QualifiedKey key) {
    return readThrough(key, ReadDemand.NONE, HubReads.WITHIN);
  }

  /** Reads keys of one zone together, of the hub if one is not held here, within two seconds. */
  public CompletableFuture<List<ReadResult>> readAllThrough(List<QualifiedKey> keys) {
    return readAllThrough(keys, ReadDemand.NONE, HubReads.WITHIN);
  }

  /** What the edge wants. */
  public EdgeInterests interests() {
    return interests;
  }

  /** Milliseconds since this edge last knew that it held everything. */
  public long stalenessMs() {
    return freshness.stalenessMs(clock.millis(), monotonicNs.getAsLong());
  }

  /** Writes, in a span of its own if the write is traced. */
  public WriteResult write(WriteRequest request) {
    return counts.count(tracing.write(request, this::take));
  }

  private WriteResult take(WriteRequest request) {
    return switch (journal(request)) {
      case Taken.Refused(Refusal refusal) -> new WriteResult.Refused(refusal);
      case Taken.Journalled(Waiting waiting) -> acknowledgements.await(waiting);
    };
  }

  /** Writes like {@link #write} without waiting; the result may come on any thread. */
  public CompletableFuture<WriteResult> writeLater(WriteRequest request) {
    return tracing.writeLater(request, this::takeLater).thenApply(counts::count);
  }

  private CompletableFuture<WriteResult> takeLater(WriteRequest request) {
    return switch (journal(request)) {
      case Taken.Refused(Refusal refusal) ->
          CompletableFuture.completedFuture(new WriteResult.Refused(refusal));
      case Taken.Journalled(Waiting waiting) -> acknowledgements.later(waiting);
    };
  }

  /** A write that is in the journal, or is not. */
  private sealed interface Taken {
    record Journalled(Waiting waiting) implements Taken {}

    record Refused(Refusal refusal) implements Taken {}
  }

  private Taken journal(WriteRequest request) {
    var catalog = replica.catalog();
    var broken = WriteCheck.check(request, catalog);
    if (broken.isPresent()) {
      return new Taken.Refused(broken.get());
    }
    var intent =
        new WriteIntent(
            request.operations(),
            WriteCheck.contractVersion(request, catalog),
            request.idempotencyKey(),
            request.traceContext());
    return switch (replica.write(intent)) {
      case WriteOutcome.Declined declined -> new Taken.Refused(declined.refusal());
      case WriteOutcome.Journalled journalled -> {
        uplink.wake();
        var asked = request.ack().orElseGet(() -> WriteCheck.durability(request, catalog));
        yield new Taken.Journalled(new Waiting(request, asked, journalled));
      }
    };
  }

  /** What became of a write, made at this edge or at another; may wait for the hub's answer. */
  public ReceiptState receipt(Receipt receipt) {
    return receipts.find(receipt).join();
  }

  /** The same without waiting. */
  public CompletableFuture<ReceiptState> receiptLater(Receipt receipt) {
    return receipts.find(receipt);
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
        stalenessMs(),
        replica.keys());
  }

  /** Milliseconds since 1970, by this edge's wall clock. */
  long wallMs() {
    return clock.millis();
  }
}
