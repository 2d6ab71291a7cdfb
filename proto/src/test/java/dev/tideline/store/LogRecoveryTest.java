package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an unclean stop leaves, and damage. */
final class LogRecoveryTest {

  private static final RecordLogConfig SMALL = ChronicleRecordLogTest.SMALL;
  private static final int BYTES = 100;
  private static final String RESTARTED = "boot-b";

  @TempDir Path root;
  private final FakeMachine machine = new FakeMachine("boot-a");
  private @Nullable ChronicleRecordLog writing;

  @BeforeEach
  void openLog() {
    writing = open(root.resolve("log"));
  }

  @AfterEach
  void closeLog() {
    log().close();
  }

  @Test
  void aKilledProcessLosesNothingAndTheNextOneBeginsAGeneration() throws IOException {
    RecordLogContract.append(log(), 10, BYTES);
    var image = kill();
    assertRecovers(image, 10);
    assertThat(GenerationDirectory.list(image)).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void aTornLastFrameIsCut() throws IOException {
    appendDurably(5);
    RecordLogContract.append(log(), 5, BYTES);
    var image = kill();
    LogImage.destroy(newest(image), Frame.Kind.RECORD, 10);
    assertRecovers(image, 9);
  }

  @Test
  void aRecordKilledJustBeforeItsDocumentWasCompleteIsCut() throws IOException {
    RecordLogContract.append(log(), 9, BYTES);
    var image = kill();
    int end = GenerationScan.of(newest(image)).chainEnd();
    RecordLogContract.append(log(), 1, BYTES);
    LogImage.ofKilledProcess(root.resolve("log"), root.resolve("later"));
    var later = root.resolve("later");
    try (var file = FileChannel.open(newest(later).dataFile(), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[4]), end);
    }
    assertRecovers(later, 9);
  }

  @Test
  void garbageBehindTheEndIsCut() throws IOException {
    RecordLogContract.append(log(), 10, BYTES);
    var image = kill();
    int end = GenerationScan.of(newest(image)).chainEnd();
    try (var file = FileChannel.open(newest(image).dataFile(), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {0x7F, 0x11, 0x22, 0x33, 0x44, 1, 2, 3}), end);
    }
    assertRecovers(image, 10);
  }

  @Test
  void aHoleThatWasNeverDurableIsCutAfterTheMachineWasLost() throws IOException {
    appendDurably(5);
    RecordLogContract.append(log(), 5, BYTES);
    var image = kill();
    LogImage.destroy(newest(image), Frame.Kind.RECORD, 7);
    machine.bootId = RESTARTED;
    assertRecovers(image, 6);
  }

  @Test
  void theSameHoleIsCorruptionIfTheMachineWasNotRestarted() throws IOException {
    appendDurably(5);
    RecordLogContract.append(log(), 5, BYTES);
    var image = kill();
    int at = LogImage.destroy(newest(image), Frame.Kind.RECORD, 7);
    assertRefused(
        image,
        newest(image).dataFile() + " at offset " + (at - 4),
        "position 7 cannot be read, 3 frames behind it can",
        "restore the directory from a copy");
  }

  @Test
  void anUnreadableBootIdCountsAsALostMachine() throws IOException {
    log().close();
    machine.bootId = "";
    writing = open(root.resolve("log"));
    RecordLogContract.append(log(), 5, BYTES);
    var image = kill();
    LogImage.destroy(newest(image), Frame.Kind.RECORD, 3);
    assertRecovers(image, 2);
  }

  @Test
  void aHoleBelowWhatAFrameSaysWasDurableIsCorruption() throws IOException {
    appendDurably(5);
    RecordLogContract.append(log(), 5, BYTES);
    var image = kill();
    LogImage.destroy(newest(image), Frame.Kind.RECORD, 5);
    machine.bootId = RESTARTED;
    assertRefused(image, "position 5 cannot be read, but everything up to 5 was durable");
  }

  @Test
  void damageOfTheLastRecordIsNoticedAfterAnOrderlyStop() throws IOException {
    RecordLogContract.append(log(), 10, BYTES);
    log().close();
    var image = kill();
    LogImage.destroy(newest(image), Frame.Kind.RECORD, 10);
    machine.bootId = RESTARTED;
    assertRefused(image, "position 10 cannot be read, but everything up to 10 was durable");
  }

  @Test
  void aMissingGenerationIsCorruption() throws IOException {
    RecordLogContract.append(log(), 3_000, 1_000);
    var image = kill();
    var missing = GenerationDirectory.list(image).get(1);
    missing.remove(machine);
    machine.bootId = RESTARTED;
    assertRefused(image, missing.path() + " is missing");
  }

  @Test
  void aDamagedHeaderInFrontOfDurableRecordsIsCorruption() throws IOException {
    appendDurably(5);
    RecordLogContract.append(log(), 5, BYTES);
    var image = kill();
    LogImage.destroy(newest(image), Frame.Kind.HEADER, 1);
    machine.bootId = RESTARTED;
    assertRefused(image, "position 1 cannot be read, but everything up to 5 was durable");
  }

  @Test
  void damageInAnOldGenerationIsToldByTheReader() throws IOException {
    RecordLogContract.append(log(), 3_000, 1_000);
    log().awaitDurable(3_000);
    RecordLogContract.append(log(), 1, 1_000);
    var image = kill();
    LogImage.destroy(GenerationDirectory.list(image).getFirst(), Frame.Kind.RECORD, 100);
    try (var log = open(image)) {
      assertThatThrownBy(() -> RecordLogContract.readFrom(log, 1))
          .isInstanceOf(LogFailedException.class)
          .hasMessageContaining("position 100 cannot be read back");
      assertThat(RecordLogContract.readFrom(log, 101)).hasSize(2_901);
    }
  }

  @Test
  void aGenerationWhoseHeaderNeverReachedTheDiskIsDropped() throws IOException {
    appendDurably(1_000);
    RecordLogContract.append(log(), 1_500, 1_000);
    var image = kill();
    var last = lastWithHeader(image);
    long first = first(last);
    LogImage.destroy(last, Frame.Kind.HEADER, first);
    machine.bootId = RESTARTED;
    try (var log = open(image)) {
      assertThat(log.lastPosition()).isEqualTo(first - 1);
    }
  }

  @Test
  void aHalfPreparedGenerationIsThrownAway() throws IOException {
    RecordLogContract.append(log(), 10, BYTES);
    var image = kill();
    var half = new GenerationDirectory(image, newest(image).number() + 1);
    Files.createDirectory(half.path());
    assertRecovers(image, 10);
    var torn = new GenerationDirectory(image, newest(image).number() + 1);
    Files.createDirectory(torn.path());
    Files.write(torn.dataFile(), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    try (var log = open(image)) {
      assertThat(log.lastPosition()).isGreaterThanOrEqualTo(10);
    }
  }

  @Test
  void aRemovalThatACrashInterruptedIsFinished() throws IOException {
    RecordLogContract.append(log(), 10, BYTES);
    var image = kill();
    var removed = image.resolve("g0000000000.removed");
    Files.createDirectory(removed);
    Files.write(removed.resolve(GenerationDirectory.DATA_FILE), new byte[10]);
    assertRecovers(image, 10);
    assertThat(removed).doesNotExist();
  }

  @Test
  void aGenerationInTheWrongPlaceIsNotTakenForAnother() throws IOException {
    RecordLogContract.append(log(), 3_000, 1_000);
    log().awaitDurable(3_000);
    RecordLogContract.append(log(), 1, 1_000);
    var image = kill();
    var generations = GenerationDirectory.list(image);
    Files.copy(
        generations.get(0).dataFile(),
        generations.get(1).dataFile(),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    machine.bootId = RESTARTED;
    assertRefused(image, "its header is not readable");
  }

  private ChronicleRecordLog log() {
    return java.util.Objects.requireNonNull(writing);
  }

  private ChronicleRecordLog open(Path directory) {
    return ChronicleRecordLog.open(
        directory,
        SMALL,
        failure -> {
          throw new AssertionError(failure);
        },
        machine);
  }

  private void appendDurably(int count) {
    RecordLogContract.append(log(), count, BYTES);
    log().awaitDurable(count);
  }

  private Path kill() throws IOException {
    var image = root.resolve("image");
    LogImage.ofKilledProcess(root.resolve("log"), image);
    return image;
  }

  /** What is there reads back, and so does what is appended, after an orderly stop and another. */
  private void assertRecovers(Path image, long last) {
    try (var log = open(image)) {
      assertThat(log.lastPosition()).isEqualTo(last);
      assertThat(log.durablePosition()).isEqualTo(last);
      RecordLogContract.append(log, 5, BYTES);
      assertThat(RecordLogContract.readFrom(log, 1)).isEqualTo(records(last + 5));
    }
    try (var log = open(image)) {
      assertThat(RecordLogContract.readFrom(log, 1)).isEqualTo(records(last + 5));
    }
  }

  private static List<com.google.protobuf.ByteString> records(long last) {
    return java.util.stream.LongStream.rangeClosed(1, last)
        .mapToObj(position -> RecordLogContract.record(position, BYTES))
        .toList();
  }

  private void assertRefused(Path image, String... message) {
    assertThatThrownBy(() -> open(image).close())
        .isInstanceOf(LogOpenException.class)
        .hasMessageContainingAll(message);
  }

  private static GenerationDirectory newest(Path log) throws IOException {
    return GenerationDirectory.list(log).getLast();
  }

  private static GenerationDirectory lastWithHeader(Path log) throws IOException {
    var generations = GenerationDirectory.list(log);
    var newest = generations.getLast();
    return GenerationScan.header(newest) != null ? newest : generations.get(generations.size() - 2);
  }

  private static long first(GenerationDirectory generation) throws IOException {
    return java.util.Objects.requireNonNull(GenerationScan.header(generation)).first();
  }
}
