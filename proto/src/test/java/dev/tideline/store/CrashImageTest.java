package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Durability for real. A killed process proves nothing, because the page cache survives it. So a
 * disk image is built as a lost machine would leave it: of all pages that changed since their file
 * was last forced, a random half holds what it held then. The image is opened with the real code,
 * written to, crashed in the same way once more, and opened again.
 *
 * <p>The seed of a failing image stands in the test's name. (The generation prepared in the
 * background makes a run repeatable in its decisions, not to the last byte.)
 */
final class CrashImageTest {

  /** Runs, each with {@link #CRASHES} images. */
  private static final int IMAGES = 60;

  private static final int CRASHES = 2;
  private static final RecordLogConfig SMALL = ChronicleRecordLogTest.SMALL;

  @TempDir Path root;

  static List<Long> seeds() {
    long base = Long.getLong("tideline.crash.seed", 20_260_101L);
    return java.util.stream.LongStream.range(0, IMAGES).mapToObj(i -> base + i).toList();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatWasDurableReadsBackAndTheRestIsAPrefixOfWhatWasWritten(long seed) throws IOException {
    var random = new Random(seed);
    var expected = new ArrayList<ByteString>();
    long durable = 0;
    for (int crash = 0; crash < CRASHES; crash++) {
      var log = root.resolve("log-" + crash);
      var machine = FakeMachine.booted("boot-" + crash, log);
      try (var opened = open(log, machine)) {
        checkRecovered(opened, expected, durable);
        write(opened, expected, random, random.nextInt(2_500), true);
        durable = opened.durablePosition();
        write(opened, expected, random, 1 + random.nextInt(900), false);
        var image = root.resolve("log-" + (crash + 1));
        LogImage.ofLostMachine(log, image, machine, random);
        if (random.nextInt(4) == 0) {
          LogImage.loseNewestIfUnsynced(image, durable);
        }
      }
    }
    var last = root.resolve("log-" + CRASHES);
    try (var opened = open(last, FakeMachine.booted("boot-last", last))) {
      checkRecovered(opened, expected, durable);
      write(opened, expected, random, 100, true);
    }
    try (var opened = open(last, FakeMachine.booted("boot-last", last))) {
      check(opened, expected);
    }
  }

  /** What an image holds must be the durable records and a prefix of the rest. */
  private static void checkRecovered(
      ChronicleRecordLog log, List<ByteString> expected, long durable) {
    assertThat(log.lastPosition()).isBetween(durable, (long) expected.size());
    expected.subList((int) log.lastPosition(), expected.size()).clear();
    check(log, expected);
  }

  private static void check(ChronicleRecordLog log, List<ByteString> expected) {
    assertThat(log.durablePosition()).isEqualTo(expected.size());
    assertThat(RecordLogContract.readFrom(log, 1)).isEqualTo(expected);
  }

  private static void write(
      ChronicleRecordLog log, List<ByteString> expected, Random random, int count, boolean sync) {
    for (int i = 0; i < count; i++) {
      var content = new byte[1 + random.nextInt(random.nextInt(50) == 0 ? 20_000 : 1_000)];
      random.nextBytes(content);
      expected.add(ByteString.copyFrom(content));
      long position = log.append(expected.getLast());
      if (sync && random.nextInt(40) == 0) {
        log.awaitDurable(position - random.nextInt((int) Math.min(position, 5)));
      }
    }
  }

  private static ChronicleRecordLog open(Path directory, FakeMachine machine) {
    return ChronicleRecordLog.open(
        directory,
        SMALL,
        failure -> {
          throw new AssertionError(failure);
        },
        machine);
  }
}
