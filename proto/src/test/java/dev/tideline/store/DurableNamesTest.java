package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is forced is no use to a machine that does not find the way there again. */
final class DurableNamesTest {

  @TempDir Path root;

  private final FakeMachine machine = new FakeMachine("boot");

  @Test
  void everyNameOnTheWayToALogIsDurableBeforeItsFirstRecord() {
    var log = root.resolve("data/journal");
    try (var opened =
        ChronicleRecordLog.open(log, ChronicleRecordLogTest.SMALL, failure -> {}, machine)) {
      assertThat(machine.isNameForced(root.resolve("data"))).isTrue();
      assertThat(machine.isNameForced(log)).isTrue();
      assertThat(machine.isNameForced(log.resolve("g0000000001"))).isTrue();
      assertThat(opened.lastPosition()).isZero();
    }
  }

  @Test
  void everyNameOnTheWayToACheckpointIsDurableWithIt() {
    var directory = root.resolve("data/checkpoints");
    var checkpoints = new FileCheckpoints(directory, machine);
    try (var writer = checkpoints.begin(7)) {
      writer.finish(7);
    }
    assertThat(machine.isNameForced(root.resolve("data"))).isTrue();
    assertThat(machine.isNameForced(directory)).isTrue();
    assertThat(machine.isNameForced(directory.resolve("checkpoint-" + "0".repeat(18) + "7")))
        .isTrue();
  }
}
