package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second process: one that has the log open, and is killed while it appends. */
final class KilledProcessTest {

  private static final int KILLS = 3;
  private static final int RECORD_BYTES = 700;
  private static final int ACKNOWLEDGEMENTS = 1_500;
  private static final RecordLogConfig WAITING = new RecordLogConfig(1 << 20, 1 << 20, 5_000);

  @TempDir Path directory;

  /** The child: appends and says so, until it is killed. */
  static final class Appender {

    private Appender() {}

    public static void main(String[] arguments) {
      var failed =
          (FailureHandler)
              failure -> {
                throw failure;
              };
      try (var log = ChronicleRecordLog.open(Path.of(arguments[0]), WAITING, failed)) {
        while (true) {
          long position = log.lastPosition() + 1;
          System.out.println(log.append(RecordLogContract.record(position, RECORD_BYTES)));
        }
      }
    }
  }

  @Test
  void everythingAcknowledgedBeforeTheKillIsThere() throws Exception {
    long last = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      last = killAfter(ACKNOWLEDGEMENTS);
      try (var log = open(5_000)) {
        assertThat(log.lastPosition()).isGreaterThanOrEqualTo(last);
        var records = RecordLogContract.readFrom(log, 1);
        for (int i = 0; i < records.size(); i++) {
          assertThat(records.get(i)).isEqualTo(RecordLogContract.record(i + 1L, RECORD_BYTES));
        }
        last = log.lastPosition();
      }
    }
    assertThat(GenerationDirectory.list(directory)).hasSizeGreaterThan(KILLS);
  }

  /** Kills the child once it has acknowledged so many; the last acknowledgement that it made. */
  private long killAfter(int count) throws Exception {
    var child = start();
    long last = 0;
    try (BufferedReader output = child.inputReader()) {
      for (int i = 0; i < count; i++) {
        last = Long.parseLong(output.readLine());
      }
      assertThatThrownBy(() -> open(0))
          .isInstanceOf(LogOpenException.class)
          .hasMessageContaining("is locked by another process (pid " + child.pid() + ")");
      // Through the handle, because the process itself would close the stream that is read on.
      child.toHandle().destroyForcibly();
      for (var line = output.readLine(); line != null; line = output.readLine()) {
        last = Math.max(last, parse(line));
      }
    }
    child.waitFor();
    return last;
  }

  /** The last line may be torn; what is left of a number is no higher than the number. */
  private static long parse(String line) {
    return line.isEmpty() ? 0 : Long.parseLong(line);
  }

  private Process start() throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (var argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (List.of("--add", "--enable", "--sun", "-Dchronicle").stream()
          .anyMatch(argument::startsWith)) {
        command.add(argument);
      }
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Appender.class.getName(),
            directory.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private ChronicleRecordLog open(int lockWaitMs) {
    return ChronicleRecordLog.open(
        directory,
        new RecordLogConfig(1 << 20, 1 << 20, lockWaitMs),
        failure -> {
          throw new AssertionError(failure);
        });
  }
}
