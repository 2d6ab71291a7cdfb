package dev.tideline.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tideline.edge.EdgeConfig;
import dev.tideline.edge.EdgeStations;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.edge.uplink.HubChannel;
import dev.tideline.edge.uplink.UplinkState;
import dev.tideline.hub.CoreHub;
import dev.tideline.hub.HubConfig;
import dev.tideline.model.Durability;
import dev.tideline.model.Key;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.State;
import dev.tideline.model.Verdict;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.store.FileCheckpoints;
import dev.tideline.store.InMemoryRecordLog;
import dev.tideline.store.InMemoryTable;
import dev.tideline.store.LogEnvironment;
import dev.tideline.store.TableConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One process of an edge that lives twice, as a machine does that is resumed from a copy of its
 * memory: two edges over copies of one disk that draw the same incarnation, because they start at
 * the same moment with the same random numbers. The hub and the network between are real.
 */
final class ForkIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path directory;

  private final AtomicReference<InstantSource> time =
      new AtomicReference<>(InstantSource.fixed(Instant.now()));
  private final CoreHub hub;

  ForkIT(@TempDir Path directory) {
    this.directory = directory;
    hub =
        CoreHub.start(
            HubConfig.read(
                Map.of(
                    "data.dir",
                    directory.resolve("hub").toString(),
                    "grpc.port",
                    "0",
                    "admin.port",
                    "0",
                    "heartbeat.interval-ms",
                    "100",
                    "log.generation-bytes",
                    Long.toString(64L << 20)),
                Map.of()));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void whatTheOtherCopyDecidedIsToldApartAndTheRestCountsOnce() {
    try (var before =
        new Copy("before", InMemoryRecordLog.prompt(), InMemoryRecordLog.prompt()).open()) {
      before.settled();
      before.stop();
      try (var one = before.copy("one");
          var other = before.copy("other")) {
        assertThat(one.incarnation()).isEqualTo(other.incarnation());
        time.set(InstantSource.system());
        one.add("z1/k", 1, "");
        one.add("z2/k", 1, "");
        one.add("z1/k", 1, "");
        one.open().settled();
        one.stop();

        var first = other.add("z1/k", 10, "");
        var second = other.add("z2/k", 10, "scan-1");
        var verdict = other.stations.replica().verdict(first);
        long forked = other.incarnation();
        other.open();
        var third = other.add("z1/k", 10, "");
        other.settled();

        assertThat(other.incarnation()).isNotEqualTo(forked);
        await().atMost(PATIENCE).until(() -> other.sum("z1/k") == 22 && other.sum("z2/k") == 11);
        for (var receipt : new Receipt[] {first, second, third}) {
          assertThat(other.stations.gateway().receipt(receipt))
              .isInstanceOfSatisfying(
                  ReceiptState.Decided.class,
                  decided -> assertThat(decided.verdict().verdict()).isEqualTo(Verdict.APPLIED));
        }
        assertThat(verdict.join().verdict()).isEqualTo(Verdict.APPLIED);
        var again = other.stations.gateway().write(request("z2/k", 10, "scan-1"));
        assertThat(again).isInstanceOf(WriteResult.Acknowledged.class);
        other.settled();
        assertThat(other.sum("z2/k")).isEqualTo(11);
      }
    }
  }

  /** One edge with its disk in memory. */
  private final class Copy implements AutoCloseable {
    private final String name;
    private final InMemoryRecordLog journal;
    private final InMemoryRecordLog apply;
    private final EdgeStations stations;

    Copy(String name, InMemoryRecordLog journal, InMemoryRecordLog apply) {
      this.name = name;
      this.journal = journal;
      this.apply = apply;
      var config =
          EdgeConfig.read(
              Map.of(
                  "edge.id",
                  "a",
                  "data.dir",
                  directory.resolve(name).toString(),
                  "hub",
                  "127.0.0.1:" + hub.grpcPort()),
              Map.of());
      var storage =
          new EdgeStations.Storage(
              journal,
              apply,
              () -> new InMemoryTable(TableConfig.DEFAULT),
              new FileCheckpoints(directory.resolve(name), LogEnvironment.MACHINE));
      var links =
          new EdgeStations.Links(new HubChannel(config.hub()), new HubChannel(config.hub()));
      var real = Machine.real();
      var machine =
          new Machine(new Told(), real.monotonicNs(), new Random(7), real.threads(), real.bootId());
      stations = new EdgeStations(config, storage, machine, links, Telemetry.countsOnly());
    }

    /** What its disk holds, under another process. */
    Copy copy(String as) {
      return new Copy(as, journal.reopen(), apply.reopen());
    }

    Copy open() {
      stations.open();
      return this;
    }

    UplinkState state() {
      return stations.gateway().status().hub().state();
    }

    long incarnation() {
      return stations.replica().incarnation();
    }

    Receipt add(String key, long delta, String idempotencyKey) {
      var written = stations.gateway().write(request(key, delta, idempotencyKey));
      return ((WriteResult.Acknowledged) written).receipt();
    }

    long sum(String key) {
      return stations.gateway().read(stock(key)) instanceof ReadResult.Read read
              && read.reading().state() instanceof State.Counter counter
          ? counter.sum()
          : 0;
    }

    void settled() {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  state() == UplinkState.CONNECTED
                      && stations.gateway().status().backlog().count() == 0);
    }

    void stop() {
      stations.close();
    }

    @Override
    public void close() {
      stop();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static QualifiedKey stock(String key) {
    return new QualifiedKey("inventory", Key.of(key));
  }

  private static WriteRequest request(String key, long delta, String idempotencyKey) {
    var operation = new Operation.Add(stock(key), delta, Precondition.NONE, 0);
    return WriteRequest.of(operation).withKey(idempotencyKey).withAck(Durability.DISK);
  }

  /** The time that the test tells. */
  private final class Told extends Clock {
    @Override
    public Instant instant() {
      return time.get().instant();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
