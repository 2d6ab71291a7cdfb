package dev.tideline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tideline.client.Reply;
import dev.tideline.client.Write;
import dev.tideline.client.WriteOptions;
import dev.tideline.client.Written;
import dev.tideline.drills.load.BusyEdge;
import dev.tideline.drills.load.BusyEdge.Sender;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo with real processes; that it can fail is what makes its passing mean something. */
@Timeout(300)
final class DemoIT {
  private static final Duration DURATION = Duration.ofSeconds(6);
  private static final String VICTIM = "scan-33";

  @TempDir private Path directory = Path.of("");

  @Test
  void passesWhenNothingIsLost() throws IOException {
    var report = run(UnaryOperator.identity(), true);
    assertThat(report.path("converged").asBoolean()).isTrue();
    assertThat(report.path("lost").asLong()).isZero();
    assertThat(report.path("duplicated").asLong()).isZero();
    assertThat(report.path("kills").asLong()).isEqualTo(2);
    assertThat(report.path("offline_mutations").asLong()).isPositive();
    assertThat(report.path("write_ack_us").path("p99").asDouble()).isPositive();
  }

  @Test
  void failsWhenOneAcknowledgedWriteIsDropped() throws IOException {
    var receipt = new AtomicReference<>(Optional.<Reply<Written>>empty());
    UnaryOperator<Sender> drop =
        sender ->
            write -> {
              if (isVictim(write) && receipt.get().isPresent()) {
                return receipt.get().get();
              }
              var reply = sender.send(write);
              if (reply instanceof Reply.Ok<Written>) {
                receipt.compareAndSet(Optional.empty(), Optional.of(reply));
              }
              return reply;
            };
    var report = run(drop, false);
    assertThat(report.path("lost").asLong()).isPositive();
    assertThat(report.path("duplicated").asLong()).isZero();
  }

  @Test
  void failsWhenOneWriteIsAppliedTwice() throws IOException {
    var repeated = ConcurrentHashMap.<String>newKeySet();
    UnaryOperator<Sender> repeat =
        sender ->
            write -> {
              if (isVictim(write) && repeated.add(VICTIM)) {
                var again =
                    new Write(
                        write.namespace(), write.key(), write.action(), WriteOptions.keyed("x"));
                assertThat(sender.send(again)).isInstanceOf(Reply.Ok.class);
              }
              return sender.send(write);
            };
    var report = run(repeat, false);
    assertThat(report.path("duplicated").asLong()).isPositive();
    assertThat(report.path("lost").asLong()).isZero();
  }

  private JsonNode run(UnaryOperator<BusyEdge.Sender> wrap, boolean passes) throws IOException {
    var file = directory.resolve("report.json");
    var out = new StringWriter();
    var plan = new Demo.Plan(DURATION, 2, Optional.empty(), Optional.of(file), Optional.empty());
    assertThat(new Demo(plan, new PrintWriter(out), wrap).run())
        .as(out.toString())
        .isEqualTo(passes);
    assertThat(out.toString()).contains(passes ? "PASSED" : "FAILED");
    return new ObjectMapper().readTree(file.toFile());
  }

  private static boolean isVictim(Write write) {
    return write.options().idempotencyKey().filter(VICTIM::equals).isPresent();
  }
}
