package dev.tideline.drills.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short run of {@code drill chaos}, with every kind of fault. */
final class ChaosIT {

  private static final long SEED = 1;

  @TempDir private Path directory = Path.of("");

  @Test
  @Timeout(600)
  void faultsOfEveryKindAreInjectedAndNothingThatWasPromisedIsBroken()
      throws IOException, InterruptedException {
    var history = directory.resolve("history.ndjson");
    var json = directory.resolve("result.json");
    var out = new StringWriter();
    var faults = ChaosFault.usual();
    if (!mayMount()) {
      faults.remove(ChaosFault.DISK_FULL);
      System.out.println("DISK_FULL is left out: this user may not mount a small disk");
    }
    var options =
        new ChaosOptions(
            SEED, Duration.ofMinutes(2), faults, Optional.of(json), Optional.of(history));
    boolean passed = ChaosDrill.run(options, new PrintWriter(out));
    assertThat(passed).as(out.toString()).isTrue();
    assertThat(Files.readString(json)).contains("\"passed\":true");
    assertThat(Files.readAllLines(history)).hasSizeGreaterThan(500);
  }

  private boolean mayMount() throws IOException, InterruptedException {
    var disk = directory.resolve("disk");
    boolean permitted = FullDisk.mount(disk);
    if (permitted) {
      FullDisk.unmount(disk);
    }
    return permitted;
  }
}
