package dev.tideline.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tideline.client.Ack;
import dev.tideline.client.Bytes;
import dev.tideline.client.Write;
import dev.tideline.client.Written;
import dev.tideline.drills.OtlpReceiver.Span;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One write is one trace, whichever processes see it and whatever happens to them meanwhile. */
final class TraceIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";

  @TempDir private Path directory = Path.of("");

  @Test
  @Timeout(120)
  void aWriteIsOneTraceOfThreeProcesses() throws IOException, InterruptedException {
    try (var receiver = new OtlpReceiver();
        var rig = rig(receiver)) {
      rig.start();
      var url = rig.edges().getFirst().url() + "/v1/players/z1/ann?ack=hub";
      var put =
          HttpRequest.newBuilder(URI.create(url))
              .header("traceparent", "00-" + TRACE + "-" + CALLER + "-01")
              .PUT(HttpRequest.BodyPublishers.ofString("at the gate"))
              .build();
      try (var http = HttpClient.newHttpClient()) {
        assertThat(http.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      }

      var write = check(receiver, TRACE, CALLER);

      assertThat(write.attributes())
          .containsEntry("tideline.edge", "a")
          .containsEntry("tideline.ack", "hub")
          .containsEntry("tideline.verdict", "APPLIED")
          .containsKeys("tideline.receipt", "tideline.partition");
    }
  }

  @Test
  @Timeout(120)
  void theTraceGoesOnWhereHubAndEdgeWereKilledBetweenWriteAndDecision() throws IOException {
    try (var receiver = new OtlpReceiver();
        var rig = rig(receiver)) {
      rig.start();
      var edge = rig.edges().getFirst();
      rig.hub().process().kill();
      var put = Write.put("players", "z1/bob", Bytes.utf8("on the road"), "text/plain");
      assertThat(edge.client().write(put).map(Written::ack).orThrow()).isEqualTo(Ack.DISK);
      await().atMost(PATIENCE).until(() -> receiver.named("edge.write").size() == 1);
      edge.process().kill();
      assertThat(receiver.named("hub.reconcile")).isEmpty();

      rig.hub().process().start();
      edge.process().start();
      rig.hub().awaitReady();
      edge.awaitReady();

      check(receiver, receiver.named("edge.write").getFirst().trace(), "");
    }
  }

  private Rig rig(OtlpReceiver receiver) {
    return Rig.create(
        RigConfig.small(directory, List.of("a", "b")).with(List.of("otlp.url=" + receiver.url())));
  }

  private static Span named(List<Span> spans, String name) {
    return spans.stream().filter(span -> span.name().equals(name)).findFirst().orElseThrow();
  }

  /** The write at a, the decision and both applications, each once, as the write's children. */
  private static Span check(OtlpReceiver receiver, String trace, String caller) {
    await().atMost(PATIENCE).until(() -> receiver.trace(trace).size() >= 4);
    var spans = receiver.trace(trace);
    assertThat(spans.stream().map(span -> span.name() + " " + span.instance()))
        .containsExactlyInAnyOrder(
            "edge.write a", "hub.reconcile hub", "edge.apply a", "edge.apply b");
    var write = named(spans, "edge.write");
    var decision = named(spans, "hub.reconcile");
    assertThat(write.parent()).isEqualTo(caller);
    assertThat(write.service()).isEqualTo("tideline-edge");
    assertThat(decision.service()).isEqualTo("tideline-hub");
    assertThat(spans.stream().filter(span -> !span.id().equals(write.id())))
        .allMatch(span -> span.parent().equals(write.id()))
        .allMatch(span -> span.startNs() >= write.startNs() && span.endNs() >= span.startNs());
    assertThat(decision.attributes())
        .containsEntry("tideline.verdict", "APPLIED")
        .containsEntry("tideline.batch_size", "1")
        .containsEntry("tideline.partition", write.attributes().get("tideline.partition"))
        .containsKey("tideline.durable_after_us");
    var where =
        Map.of(
            "tideline.origin",
            "a",
            "tideline.revision",
            decision.attributes().get("tideline.revision"));
    assertThat(spans.stream().filter(span -> span.name().equals("edge.apply")))
        .allSatisfy(span -> assertThat(span.attributes()).containsAllEntriesOf(where));
    return write;
  }
}
