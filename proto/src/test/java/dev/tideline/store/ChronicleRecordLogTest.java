package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChronicleRecordLogTest extends ConcurrentRecordLogContract {

  static final RecordLogConfig SMALL = new RecordLogConfig(1 << 20, 1 << 20, 0);

  @TempDir Path directory;
  private final FakeMachine machine = new FakeMachine("boot-a");
  private final ArrayList<LogFailedException> failures = new ArrayList<>();

  @Override
  RecordLog open() {
    return ChronicleRecordLog.open(directory, SMALL, failures::add, machine);
  }

  @Override
  void letSyncHappen(RecordLog log) {}

  @Test
  void aGenerationIsOneFile() throws IOException {
    append(3_000, 1_000);
    for (var generation : GenerationDirectory.list(directory)) {
      try (var files = Files.list(generation.path())) {
        assertThat(files.map(file -> file.getFileName().toString()).sorted())
            .containsExactly(GenerationDirectory.DATA_FILE, GenerationDirectory.METADATA_FILE);
      }
      assertThat(Files.size(generation.dataFile())).isLessThan(2 << 20);
    }
  }

  @Test
  void generationsThatHoldNothingDoNotPileUp() throws IOException {
    for (int i = 0; i < 5; i++) {
      reopen();
    }
    assertThat(GenerationDirectory.list(directory)).hasSize(1);
  }

  @Test
  void closingGivesBackTheUnusedRest() throws IOException {
    append(10, 100);
    reopen();
    var old = GenerationDirectory.list(directory).getFirst();
    assertThat(Files.size(old.dataFile())).isLessThan(64 * 1024);
  }

  @Test
  void everySizeOfRecordSurvivesIncludingTheLargest() {
    var records = new ArrayList<ByteString>();
    for (int bytes = 1; bytes < SMALL.recordBytesMax(); bytes = bytes * 2 + 1) {
      records.add(record(bytes, bytes));
    }
    records.add(record(0, SMALL.recordBytesMax()));
    records.forEach(log()::append);
    assertThat(readFrom(1)).isEqualTo(records);
    reopen();
    assertThat(readFrom(1)).isEqualTo(records);
  }

  @Test
  void aLogThatIsOpenCannotBeOpenedAgain() {
    assertThatThrownBy(this::open)
        .isInstanceOf(LogOpenException.class)
        .hasMessageContaining(directory + " is locked by another process (this one, pid ");
    reopen();
  }

  @Test
  void openingBelowTheReserveIsRefused() {
    log().close();
    machine.usableBytes = SMALL.reserveBytes() + SMALL.generationBytes() - 1;
    assertThatThrownBy(this::open)
        .isInstanceOf(LogOpenException.class)
        .hasMessageContaining("are reserved: free space on this disk");
    machine.usableBytes = 1L << 40;
    reopen();
  }

  @Test
  void appendingRefusesWhereTheReserveBeginsAndGoesOnWhenSpaceIsFreed() {
    machine.usableBytes = SMALL.reserveBytes();
    long refusedAfter;
    while (true) {
      try {
        log().append(record(1, 10_000));
      } catch (LogFullException e) {
        refusedAfter = log().lastPosition();
        break;
      }
    }
    assertThat(log().freeBytes()).isLessThan(11_000);
    assertThat(refusedAfter).isBetween(50L, 110L);
    machine.usableBytes = 1L << 40;
    assertThat(log().append(record(1, 10_000))).isEqualTo(refusedAfter + 1);
    assertThat(readFrom(1)).hasSize((int) refusedAfter + 1);
    assertThat(failures).isEmpty();
  }

  @Test
  void aFailedSyncIsFinalAndToldOnce() {
    append(5, 10);
    log().awaitDurable(5);
    append(5, 10);
    machine.forceFails = true;
    assertThatThrownBy(() -> log().awaitDurable(10)).isInstanceOf(LogFailedException.class);
    machine.forceFails = false;
    assertThatThrownBy(() -> log().awaitDurable(10)).isInstanceOf(LogFailedException.class);
    assertThatThrownBy(() -> append(1, 10)).isInstanceOf(LogFailedException.class);
    assertThat(log().durablePosition()).isEqualTo(5);
    assertThat(failures).hasSize(1);
  }

  @Test
  void anInterruptedThreadMaySync() {
    append(5, 10);
    Thread.currentThread().interrupt();
    log().awaitDurable(5);
    assertThat(Thread.interrupted()).isTrue();
    append(5, 10);
    log().awaitDurable(10);
    assertThat(failures).isEmpty();
  }

  @Test
  void aReaderThatOutlivesTheLogDoesNoHarm() {
    append(5, 10);
    var reader = log().read(1);
    assertThat(reader.next()).isTrue();
    log().close();
    assertThat(reader.next()).isTrue();
    reader.close();
    reopen();
  }

  @Test
  void truncatingUnderAReaderIsRefused() {
    append(3_000, 1_000);
    try (var reader = log().read(1)) {
      assertThat(reader.next()).isTrue();
      assertThatThrownBy(() -> log().truncateBefore(2_500))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void settingsOutOfRangeAreAllReported() {
    assertThatThrownBy(() -> new RecordLogConfig(1000, -1, 70_000))
        .hasMessageContaining("generationBytes is 1000")
        .hasMessageContaining("reserveBytes is -1")
        .hasMessageContaining("lockWaitMs is 70000");
  }
}
