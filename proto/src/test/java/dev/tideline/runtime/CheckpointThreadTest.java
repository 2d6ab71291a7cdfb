package dev.tideline.runtime;

import static dev.tideline.runtime.CheckpointPace.RETRY_BASE_MS;
import static dev.tideline.runtime.CheckpointPace.RETRY_CAP_MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tideline.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CheckpointThreadTest {

  private static final long LOG_BYTES = 1_000;

  private final CheckpointPace pace = new CheckpointPace(LOG_BYTES);
  private final Metrics metrics = new Metrics();

  @Test
  void oneIsDueAfterEnoughLog() {
    assertThat(pace.due(LOG_BYTES - 1, 0)).isFalse();
    assertThat(pace.due(LOG_BYTES, 0)).isTrue();
  }

  @Test
  void aLargeOneIsTakenLessOften() {
    pace.written(10 * LOG_BYTES);
    assertThat(pace.due(5 * LOG_BYTES - 1, 0)).isFalse();
    assertThat(pace.due(5 * LOG_BYTES, 0)).isTrue();
  }

  @Test
  void whatFailedIsTriedAgainAfterAWhileThoughTheLogHasNotGrown() {
    pace.failed(0);
    assertThat(pace.due(0, RETRY_BASE_MS - 1)).isFalse();
    assertThat(pace.due(0, RETRY_BASE_MS)).isTrue();
  }

  @Test
  void whatFailedIsNotTriedAtOnceThoughTheLogHasGrown() {
    pace.failed(0);
    assertThat(pace.due(Long.MAX_VALUE, RETRY_BASE_MS - 1)).isFalse();
  }

  @Test
  void theWhileDoublesUpToABound() {
    long nowMs = 0;
    long expectedMs = RETRY_BASE_MS;
    for (int failure = 0; failure < 100; failure++) {
      pace.failed(nowMs);
      assertThat(pace.due(0, nowMs + expectedMs - 1)).isFalse();
      assertThat(pace.due(0, nowMs + expectedMs)).isTrue();
      nowMs += expectedMs;
      expectedMs = Math.min(RETRY_CAP_MS, 2 * expectedMs);
    }
  }

  @Test
  void afterOneThatCountsTheLogDecidesAgain() {
    pace.failed(0);
    pace.failed(0);
    pace.written(0);
    assertThat(pace.due(0, Long.MAX_VALUE)).isFalse();
    pace.failed(0);
    assertThat(pace.due(0, RETRY_BASE_MS)).as("and the while is short again").isTrue();
  }

  @Test
  void theThreadGoesOnAfterFailuresAndCountsWhatBecameOfEach() {
    var sinceBegun = new AtomicLong(LOG_BYTES);
    var tries = new AtomicInteger();
    try (var thread =
        new CheckpointThread(
            "hub",
            LOG_BYTES,
            () -> OptionalLong.of(sinceBegun.get()),
            () -> {
              sinceBegun.set(0);
              return switch (tries.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("the disk is full");
                case 2 -> Optional.empty();
                default -> Optional.of(new CheckpointThread.Written(1, 100));
              };
            },
            metrics,
            Machine.real())) {
      thread.start();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(metrics.text())
                      .contains("tideline_hub_checkpoints_total{result=\"failed\"} 1\n")
                      .contains("tideline_hub_checkpoints_total{result=\"given_up\"} 1\n")
                      .contains("tideline_hub_checkpoints_total{result=\"written\"} 1\n")
                      .contains("tideline_hub_checkpoint_seconds_count 1\n"));
    }
    assertThat(tries).hasValue(3);
  }

  @Test
  void noneBeginsWhileNoneMay() {
    var looks = new AtomicInteger();
    var tries = new AtomicInteger();
    Supplier<OptionalLong> noneMay =
        () -> {
          looks.incrementAndGet();
          return OptionalLong.empty();
        };
    Supplier<Optional<CheckpointThread.Written>> write =
        () -> {
          tries.incrementAndGet();
          return Optional.empty();
        };
    try (var thread = new CheckpointThread("edge", 0, noneMay, write, metrics, Machine.real())) {
      thread.start();
      await().atMost(Duration.ofSeconds(30)).until(() -> looks.get() >= 2);
      assertThat(tries).hasValue(0);
    }
  }

  @Test
  void theLastOneBeforeAnOrderlyEndIsGivenUpAfterFiveSeconds() {
    var nowNs = new AtomicLong();
    var entries = new AtomicInteger();
    var real = Machine.real();
    var machine =
        new Machine(real.clock(), nowNs::get, real.random(), real.threads(), real.bootId());
    var thread = new CheckpointThread[1];
    Supplier<Optional<CheckpointThread.Written>> slowly =
        () -> {
          while (!thread[0].outOfTime()) {
            entries.incrementAndGet();
            nowNs.addAndGet(Duration.ofSeconds(1).toNanos());
          }
          return Optional.empty();
        };
    thread[0] =
        new CheckpointThread(
            "edge", Long.MAX_VALUE, () -> OptionalLong.of(1), slowly, metrics, machine);
    thread[0].start();
    thread[0].last();
    assertThat(entries).as("one a second, the last of them at the limit").hasValue(6);
    assertThat(metrics.text())
        .contains("tideline_edge_checkpoints_total{result=\"given_up\"} 1\n")
        .contains("tideline_edge_checkpoints_total{result=\"written\"} 0\n");
  }
}
