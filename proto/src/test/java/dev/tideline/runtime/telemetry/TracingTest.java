package dev.tideline.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class TracingTest {

  @Test
  void withoutACollectorNothingIsTraced() {
    var sampled = TraceContext.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    var telemetry = Telemetry.start(new TelemetryConfig(Optional.empty(), 1, "tideline-edge", "a"));
    assertThat(telemetry.tracing().samples(ByteString.EMPTY)).isFalse();
    assertThat(telemetry.tracing().samples(sampled)).isFalse();
    assertThat(telemetry.tracing().follows(sampled)).isFalse();
  }

  @Test
  void askingWhetherToTraceAllocatesNothing() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var context = TraceContext.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
    int yes = ask(10_000, context);
    long before = threads.getCurrentThreadAllocatedBytes();
    yes += ask(100_000, context);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(yes).isZero();
    assertThat(allocated).isLessThan(10_000);
  }

  private static int ask(int times, ByteString context) {
    int yes = 0;
    for (int i = 0; i < times; i++) {
      yes += Tracing.OFF.samples(i % 2 == 0 ? ByteString.EMPTY : context) ? 1 : 0;
      yes += Tracing.OFF.follows(context) ? 1 : 0;
    }
    return yes;
  }

  @Test
  void theCallersDecisionIsFollowedAndWithoutOneAShareIsTraced() throws IOException {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var metrics = new Metrics();
      try (var tracing = Tracing.start(config(silent, 0.5), metrics)) {
        int traced = 0;
        for (int i = 0; i < 10_000; i++) {
          traced += tracing.samples(ByteString.EMPTY) ? 1 : 0;
        }
        assertThat(traced).isBetween(4_000, 6_000);
        assertThat(tracing.samples(context("01"))).isTrue();
        assertThat(tracing.samples(context("00"))).isFalse();
        assertThat(tracing.follows(ByteString.EMPTY)).isFalse();
      }
    }
  }

  private static ByteString context(String flags) {
    return TraceContext.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-" + flags);
  }

  @Test
  @Timeout(60)
  void aCollectorThatHangsCostsDroppedSpansAndNoTime() throws IOException {
    // It accepts connections, by its backlog, and never answers.
    try (var hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var metrics = new Metrics();
      var tracing = Tracing.start(config(hanging, 1), metrics);
      long begun = System.nanoTime();
      for (int i = 0; i < 3 * SpanQueue.SPANS_MAX; i++) {
        tracing.begin("edge.write", ByteString.EMPTY).set("tideline.edge", "a").end();
      }
      var took = Duration.ofNanos(System.nanoTime() - begun);

      assertThat(took).isLessThan(Duration.ofSeconds(3));
      assertThat(count(metrics, "dropped")).isGreaterThanOrEqualTo(SpanQueue.SPANS_MAX);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(count(metrics, "failed")).isPositive());
      long closing = System.nanoTime();
      tracing.close();
      assertThat(Duration.ofNanos(System.nanoTime() - closing)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  @Timeout(60)
  void aCollectorThatIsDownCostsWhatItMissedAndIsFoundWhenItIsBack() throws IOException {
    int port = freePort();
    var metrics = new Metrics();
    try (var tracing = Tracing.start(config(port, 1), metrics)) {
      tracing.begin("edge.write", ByteString.EMPTY).end();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(count(metrics, "failed")).isEqualTo(1));
      var collector =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      collector.createContext(
          "/v1/traces",
          exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      collector.start();
      tracing.begin("edge.write", ByteString.EMPTY).end();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(count(metrics, "sent")).isEqualTo(1));
      collector.stop(0);
    }
    assertThat(count(metrics, "dropped")).isZero();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static long count(Metrics metrics, String result) {
    return metrics.counter(SpanQueue.NAME, SpanQueue.HELP, "result", result).sum();
  }

  private static TelemetryConfig config(ServerSocket collector, double share) {
    return config(collector.getLocalPort(), share);
  }

  private static TelemetryConfig config(int port, double share) {
    var url = URI.create("http://127.0.0.1:" + port + "/v1/traces");
    return new TelemetryConfig(Optional.of(url), share, "tideline-edge", "a");
  }
}
