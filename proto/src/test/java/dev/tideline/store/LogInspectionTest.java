package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on disk, told without changing it. */
final class LogInspectionTest {

  private static final RecordLogConfig SMALL = ChronicleRecordLogTest.SMALL;

  @TempDir Path root;
  private final FakeMachine machine = new FakeMachine("boot-a");
  private final List<ByteString> seen = new ArrayList<>();

  @Test
  void everyRecordOfEveryGenerationIsShownWithItsPlace() throws IOException {
    var image = written(3_000, 1_000);
    var report = inspect(image);
    assertThat(report.damage()).isEmpty();
    // The image may be of a moment at which the next generation is just being prepared.
    assertThat(report.notes()).allMatch(note -> note.contains("was never begun"));
    assertThat(report.generations()).isGreaterThan(2);
    assertThat(report.first()).isEqualTo(1);
    assertThat(report.last()).isEqualTo(3_000);
    assertThat(report.records()).isEqualTo(3_000);
    try (var log = open(image)) {
      assertThat(seen).isEqualTo(RecordLogContract.readFrom(log, 1));
    }
  }

  @Test
  void aLogInUseCanBeReadAndNotAByteIsChanged() throws IOException {
    try (var log = open(root.resolve("log"))) {
      RecordLogContract.append(log, 100, 50);
      var before = fingerprint(root.resolve("log"));
      assertThat(inspect(root.resolve("log")).last()).isEqualTo(100);
      assertThat(fingerprint(root.resolve("log"))).isEqualTo(before);
      RecordLogContract.append(log, 100, 50);
      assertThat(inspect(root.resolve("log")).last()).isEqualTo(200);
    }
    assertThat(inspect(root.resolve("log")).damage()).isEmpty();
  }

  @Test
  void aTornEndIsTold() throws IOException {
    var image = written(10, 100);
    int end = GenerationScan.of(newest(image)).chainEnd();
    try (var file = FileChannel.open(newest(image).dataFile(), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {0x7F, 0x11, 0x22, 0x33, 0x44, 1, 2, 3}), end);
    }
    var report = inspect(image);
    assertThat(report.damage()).isEmpty();
    assertThat(report.notes()).singleElement().asString().contains("torn end behind position 10");
  }

  @Test
  void aHoleIsDamageIfTheMachineWasNotLostAndToldIfItWas() throws IOException {
    var image = written(10, 100);
    int at = LogImage.destroy(newest(image), Frame.Kind.RECORD, 7);
    var damage = inspect(image).damage().orElseThrow();
    assertThat(damage.file()).isEqualTo(newest(image).dataFile());
    assertThat(damage.offset()).isEqualTo(at - 4);
    assertThat(damage.what()).contains("position 7 cannot be read, but 3 frames behind it");
    machine.bootId = "boot-b";
    assertThat(inspect(image).damage()).isEmpty();
    assertThat(inspect(image).notes())
        .singleElement()
        .asString()
        .contains("3 frames behind a hole");
  }

  @Test
  void aFlippedByteBelowWhatWasDurableIsDamage() throws IOException {
    var image = root.resolve("image");
    try (var log = open(root.resolve("log"))) {
      RecordLogContract.append(log, 10, 100);
    }
    LogImage.ofKilledProcess(root.resolve("log"), image);
    int at = LogImage.destroy(newest(image), Frame.Kind.RECORD, 4);
    machine.bootId = "boot-b";
    var damage = inspect(image).damage().orElseThrow();
    assertThat(damage.offset()).isEqualTo(at - 4);
    assertThat(damage.what())
        .isEqualTo("position 4 cannot be read, but everything up to 10 was durable");
    assertThat(seen).hasSize(3);
  }

  @Test
  void aMissingGenerationIsDamage() throws IOException {
    var image = written(3_000, 1_000);
    var missing = GenerationDirectory.list(image).get(1);
    missing.remove(machine);
    var damage = inspect(image).damage().orElseThrow();
    assertThat(damage.file()).isEqualTo(missing.dataFile());
    assertThat(damage.what()).contains("is missing");
  }

  @Test
  void reachingEnoughEndsTheReading() throws IOException {
    var image = written(100, 100);
    var report =
        LogInspection.read(
            image,
            (place, content) -> {
              seen.add(content);
              return place.position() < 5;
            },
            machine);
    assertThat(seen).hasSize(5);
    assertThat(report.damage()).isEmpty();
  }

  @Test
  void anEmptyLogHasNoRecordsAndWhatIsNoLogIsRefused() throws IOException {
    var empty = Files.createDirectory(root.resolve("empty"));
    assertThat(inspect(empty).records()).isZero();
    var other = Files.createDirectory(root.resolve("other"));
    Files.writeString(other.resolve("notes.txt"), "no log");
    assertThatThrownBy(() -> inspect(other)).isInstanceOf(LogOpenException.class);
    assertThatThrownBy(() -> inspect(root.resolve("nowhere"))).isInstanceOf(LogOpenException.class);
  }

  private LogInspection.Report inspect(Path log) throws IOException {
    seen.clear();
    return LogInspection.read(log, (place, content) -> seen.add(content), machine);
  }

  /** The log of a process that was killed in mid-work. */
  private Path written(int records, int bytes) throws IOException {
    var image = root.resolve("image");
    try (var log = open(root.resolve("log"))) {
      RecordLogContract.append(log, records, bytes);
      LogImage.ofKilledProcess(root.resolve("log"), image);
    }
    return image;
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

  private static GenerationDirectory newest(Path log) throws IOException {
    return GenerationDirectory.list(log).stream()
        .filter(LogInspectionTest::hasRecords)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private static boolean hasRecords(GenerationDirectory generation) {
    try {
      return GenerationScan.of(generation).frames() > 1;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> fingerprint(Path log) throws IOException {
    var found = new ArrayList<String>();
    for (var generation : GenerationDirectory.list(log)) {
      var bytes = Files.readAllBytes(generation.dataFile());
      found.add(
          "%s %d %s"
              .formatted(
                  generation.path().getFileName(),
                  java.util.Arrays.hashCode(bytes),
                  Files.getLastModifiedTime(generation.dataFile())));
    }
    return found;
  }
}
