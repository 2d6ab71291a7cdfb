package dev.tideline.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tideline.client.Ack;
import dev.tideline.client.Bytes;
import dev.tideline.client.EdgeClient;
import dev.tideline.client.Reply;
import dev.tideline.client.Write;
import dev.tideline.client.WriteOptions;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to an installation can be read from its metrics. */
@Timeout(120)
final class MetricsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path directory = Path.of("");
  private static Rig rig = Rig.create(RigConfig.small(directory, List.of()));

  @BeforeAll
  static void start() {
    rig = Rig.create(RigConfig.small(directory, List.of("a", "b")));
    rig.start();
  }

  @AfterAll
  static void stop() {
    rig.close();
    HTTP.close();
  }

  @Test
  void readsAndWritesAreCountedByWhatBecameOfThem() {
    var before = edge("a");
    put("players", "z1/read", "x");
    assertThat(client("a").get("players", "z1/read")).isInstanceOf(Reply.Ok.class);
    client("a").get("players", "z1/nobody");
    var after = edge("a");
    for (var sample :
        List.of(
            "tideline_edge_reads_total{result=\"found\"}",
            "tideline_edge_reads_total{result=\"absent\"}",
            "tideline_edge_writes_total{result=\"acknowledged\"}",
            "tideline_edge_sync_wait_seconds_count",
            "tideline_edge_refusals_total{code=\"TL-KEY-UNKNOWN\"}")) {
      assertThat(after.value(sample)).as(sample).isGreaterThan(before.value(sample));
    }
  }

  @Test
  void aRefusalIsCountedUnderItsCode() {
    var sample = "tideline_edge_refusals_total{code=\"TL-NAMESPACE-UNKNOWN\"}";
    double before = edge("a").value(sample);
    client("a").get("nowhere", "z1/k");
    assertThat(edge("a").value(sample)).isEqualTo(before + 1);
    var atHub = "tideline_hub_refusals_total{code=\"TL-ROUTE-UNKNOWN\"}";
    get(rig.hub().adminUrl() + "/v1");
    assertThat(hub().value(atHub)).isEqualTo(1);
  }

  @Test
  void aLostLinkIsAnotherConnection() {
    var sample = "tideline_edge_hub_connections_total";
    await().atMost(PATIENCE).until(() -> edge("b").value(sample) >= 1);
    double before = edge("b").value(sample);
    rig.edges().getLast().link().cut();
    await()
        .atMost(PATIENCE)
        .until(() -> edge("b").value("tideline_edge_hub_state{state=\"CONNECTED\"}") == 0);
    rig.edges().getLast().link().heal();
    await().atMost(PATIENCE).until(() -> edge("b").value(sample) == before + 1);
    await()
        .atMost(PATIENCE)
        .until(() -> hub().value("tideline_hub_edge_connected{edge=\"b\"}") == 1);
  }

  @Test
  void aVerdictIsCountedAtBothEndsWithItsReason() {
    var atHub = "tideline_hub_verdicts_total{verdict=\"REJECTED\",reason=\"OVERFLOW\"}";
    var atEdge = "tideline_edge_verdicts_total{verdict=\"REJECTED\"}";
    // Apart from each other each of them fits; together they do not.
    rig.edges().getLast().link().cut();
    add("a", Long.MAX_VALUE, Ack.HUB);
    add("b", 1, Ack.DISK);
    rig.edges().getLast().link().heal();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(hub().value(atHub)).isEqualTo(1);
              assertThat(edge("b").value(atEdge)).isEqualTo(1);
            });
  }

  private void add(String edge, long delta, Ack ack) {
    var action = new Write.Action.Add(delta);
    var add = new Write("inventory", "z1/much", action, WriteOptions.NONE.ack(ack));
    assertThat(client(edge).write(add)).isInstanceOf(Reply.Ok.class);
  }

  @Test
  void whatIsAppliedElsewhereIsVisibleThereAndLeavesNoLag() {
    put("players", "z1/seen", "x");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                edge("b").value("tideline_edge_visibility_seconds_count{origin=\"other\"}") > 0
                    && hub().value("tideline_hub_edge_lag_revisions{edge=\"b\"}") == 0
                    && edge("a").value("tideline_edge_undecided_mutations") == 0);
    assertThat(hub().value("tideline_hub_batch_mutations_count")).isPositive();
    assertThat(hub().value("tideline_hub_sync_wait_seconds_count")).isPositive();
    assertThat(hub().value("tideline_hub_table_entries")).isPositive();
    assertThat(edge("b").value("tideline_edge_table_entries")).isPositive();
    assertThat(edge("b").value("tideline_edge_disk_free_bytes")).isPositive();
    assertThat(edge("b").value("jvm_memory_used_bytes{area=\"heap\"}")).isPositive();
  }

  @Test
  void nonsenseForATraceparentIsPassedOverAndCounted() throws IOException, InterruptedException {
    var sample = "tideline_edge_traceparents_ignored_total";
    double before = edge("a").value(sample);
    var put =
        HttpRequest.newBuilder(URI.create(rig.edges().getFirst().url() + "/v1/players/z1/odd"))
            .header("traceparent", "nonsense")
            .PUT(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    assertThat(HTTP.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    assertThat(edge("a").value(sample)).isEqualTo(before + 1);
  }

  private static void put(String namespace, String key, String value) {
    assertThat(client("a").write(Write.put(namespace, key, Bytes.utf8(value), "text/plain")))
        .isInstanceOf(Reply.Ok.class);
  }

  private static EdgeClient client(String id) {
    return rig.edges().get(id.equals("a") ? 0 : 1).client();
  }

  private static Exposition edge(String id) {
    return Exposition.at(rig.edges().get(id.equals("a") ? 0 : 1).url());
  }

  private static Exposition hub() {
    return Exposition.at(rig.hub().adminUrl());
  }

  private static String get(String url) {
    try {
      return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
