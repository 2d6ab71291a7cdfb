package dev.tideline.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DrillClockTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir private Path directory = Path.of("");

  private final Clock real = Clock.fixed(Instant.ofEpochMilli(1_000_000), ZoneOffset.UTC);

  @Test
  void itIsRightUntilTheFileSaysOtherwiseAndJumpsWhenItChanges() throws IOException {
    var file = directory.resolve("clock");
    var clock = new DrillClock(real, file);
    assertThat(clock.millis()).isEqualTo(1_000_000);
    for (long offset : new long[] {600_000, -600_000, 0}) {
      Files.writeString(file, offset + "\n");
      await().atMost(PATIENCE).until(() -> clock.millis() == 1_000_000 + offset);
      assertThat(clock.instant()).isEqualTo(Instant.ofEpochMilli(1_000_000 + offset));
    }
  }

  @Test
  void whatIsNoNumberChangesNothing() throws IOException {
    var file = Files.writeString(directory.resolve("clock"), "250");
    var clock = new DrillClock(real, file);
    assertThat(clock.millis()).isEqualTo(1_000_250);
    Files.writeString(file, "soon");
    assertThat(new DrillClock(real, file).millis()).isEqualTo(1_000_000);
    assertThat(clock.millis()).isEqualTo(1_000_250);
  }

  @Test
  void withoutTheSettingANodeHasTheRealClock() {
    assertThat(Machine.real().clock()).isEqualTo(Clock.systemUTC());
  }
}
