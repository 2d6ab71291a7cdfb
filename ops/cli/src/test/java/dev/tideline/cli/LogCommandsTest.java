package dev.tideline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.store.ChronicleRecordLog;
import dev.tideline.store.LogInspection;
import dev.tideline.store.RecordLog;
import dev.tideline.store.RecordLogConfig;
import dev.tideline.wire.v1.ApplyHead;
import dev.tideline.wire.v1.ApplyRecord;
import dev.tideline.wire.v1.Change;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.IncarnationBegun;
import dev.tideline.wire.v1.JournalHead;
import dev.tideline.wire.v1.JournalRecord;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.MutationId;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.TermBegun;
import dev.tideline.wire.v1.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code journal} and {@code changelog}, on logs as nodes write them. */
final class LogCommandsTest {

  private static final RecordLogConfig CONFIG = new RecordLogConfig(1 << 20, 0, 0);

  @TempDir private Path directory = Path.of("");

  private record Run(int status, String out, String err) {}

  @Test
  void verifyPrintsOneLineForEachLogOfAnEdgeThatIsRunning() {
    try (var journal = open("journal");
        var apply = open("apply")) {
      writeJournal(journal, 1, 2, 3);
      append(apply, ApplyRecord.newBuilder().setHead(ApplyHead.newBuilder().setEdge("a")).build());
      var run = run("journal", "verify", "--data", directory.toString());
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out().lines())
          .containsExactly(
              "journal: whole: 5 records in 1 generations, positions 1 to 5;"
                  + " 3 mutations, 1 incarnations begun",
              "apply: whole: 1 records in 1 generations, positions 1 to 1; 0 batches, 0 changes");
    }
  }

  @Test
  void aSequenceThatIsMissingInTheJournalIsDamageWithItsPlace() {
    try (var journal = open("journal")) {
      writeJournal(journal, 1, 3);
    }
    var run = run("journal", "verify", "--data", directory.toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains("journal: DAMAGED: ", "cq4 at offset ", "mutation 7.3 does not follow 7.1");
  }

  @Test
  void aRevisionThatIsMissingInTheChangeLogIsDamage() {
    try (var changeLog = open("changelog")) {
      append(changeLog, decided(3, 1, 2));
      append(changeLog, decided(3, 3, 1));
      append(changeLog, decided(4, 9, 1));
      append(changeLog, decided(3, 5, 1));
    }
    var run = run("changelog", "verify", "--data", directory.toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("position 4: partition 3: revision 5 does not follow 3");
  }

  @Test
  void aWholeChangeLogIsCountedFromTermToTerm() {
    try (var changeLog = open("changelog")) {
      append(changeLog, term(3, 1));
      append(changeLog, decided(3, 1, 2));
      append(changeLog, term(3, 3));
      append(changeLog, decided(3, 3, 1));
    }
    var run = run("changelog", "verify", "--data", directory.toString());
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("4 records", "3 decisions in 1 partitions, 2 terms begun");
  }

  @Test
  void aFlippedByteIsDamageForVerifyAndTheEndOfADump() throws IOException {
    try (var journal = open("journal")) {
      writeJournal(journal, 1, 2, 3);
    }
    long offset = flip(directory.resolve("journal"), 4);
    var verify = run("journal", "verify", "--data", directory.toString());
    assertThat(verify.status()).isEqualTo(1);
    assertThat(verify.out())
        .contains("at offset " + (offset - 4), "position 4 cannot be read", "up to 5 was durable");
    var dump = run("journal", "dump", "--data", directory.toString());
    assertThat(dump.status()).isEqualTo(1);
    assertThat(dump.out().lines()).hasSize(3);
    assertThat(dump.err()).contains("position 4 cannot be read");
  }

  @Test
  void dumpPrintsALineOfJsonForEachRecordThatIsAskedFor() {
    try (var changeLog = open("changelog")) {
      append(changeLog, term(3, 1));
      append(changeLog, decided(3, 1, 1));
      append(changeLog, decided(3, 2, 1));
    }
    var run =
        run("changelog", "dump", "--data", directory.toString(), "--from", "2", "--limit", "1");
    assertThat(run.status()).isZero();
    assertThat(run.out().strip())
        .isEqualTo(
            "{\"log\":\"changelog\",\"position\":2,\"kind\":\"decisions\",\"record\":"
                + "{\"partition\":3,\"first_revision\":1,\"edge\":\"a\",\"incarnation\":\"7\","
                + "\"decisions\":[{\"sequence\":1,\"verdict\":\"APPLIED\",\"changes\":"
                + "[{\"namespace\":\"players\",\"key\":\"z1/k\",\"revision\":1}]}]}}");
  }

  @Test
  void anEmptyLogIsWholeAndADirectoryWithoutOneIsWrongUse() throws IOException {
    Files.createDirectory(directory.resolve("journal"));
    assertThat(run("journal", "verify", "--data", directory.toString()).out())
        .startsWith("journal: whole: 0 records");
    var none = run("changelog", "verify", "--data", directory.toString());
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.err()).contains("holds no changelog");
    Files.writeString(
        Files.createDirectory(directory.resolve("changelog")).resolve("notes.txt"), "x");
    assertThat(run("changelog", "verify", "--data", directory.toString()).status()).isEqualTo(1);
    assertThat(run("journal").status()).isEqualTo(2);
  }

  private static void writeJournal(RecordLog journal, long... sequences) {
    append(
        journal, JournalRecord.newBuilder().setHead(JournalHead.newBuilder().setEdge("a")).build());
    append(
        journal,
        JournalRecord.newBuilder()
            .setBegun(IncarnationBegun.newBuilder().setIncarnation(7))
            .build());
    for (long sequence : sequences) {
      var id = MutationId.newBuilder().setEdge("a").setIncarnation(7).setSequence(sequence);
      append(
          journal, JournalRecord.newBuilder().setMutation(Mutation.newBuilder().setId(id)).build());
    }
  }

  private static ChangeLogRecord term(int partition, long first) {
    var begins = TermBegun.FirstRevision.newBuilder().setPartition(partition).setRevision(first);
    return ChangeLogRecord.newBuilder()
        .setTerm(TermBegun.newBuilder().setTerm(9).addFirsts(begins))
        .build();
  }

  private static ChangeLogRecord decided(int partition, long first, int decisions) {
    var record =
        PartitionRecord.newBuilder()
            .setPartition(partition)
            .setFirstRevision(first)
            .setEdge("a")
            .setIncarnation(7);
    for (int i = 0; i < decisions; i++) {
      var change =
          Change.newBuilder().setNamespace("players").setKey("z1/k").setRevision(first + i).build();
      record.addDecisions(
          Decision.newBuilder()
              .setSequence(first + i)
              .setVerdict(Verdict.APPLIED)
              .addChanges(change.toByteString()));
    }
    return ChangeLogRecord.newBuilder().setDecisions(record).build();
  }

  /** Changes one byte of a record; the offset of its frame. */
  private static long flip(Path log, long position) throws IOException {
    var places = new java.util.ArrayList<LogInspection.Place>();
    LogInspection.read(log, (place, content) -> places.add(place));
    var place = places.get((int) position - 1);
    try (var file =
        FileChannel.open(place.file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var one = ByteBuffer.allocate(1);
      file.read(one, place.offset() + 30);
      file.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), place.offset() + 30);
    }
    return place.offset();
  }

  private RecordLog open(String name) {
    return ChronicleRecordLog.open(
        directory.resolve(name),
        CONFIG,
        failure -> {
          throw new AssertionError(failure);
        });
  }

  private static void append(RecordLog log, com.google.protobuf.Message record) {
    ByteString bytes = record.toByteString();
    log.append(bytes);
  }

  private static Run run(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status =
        Tideline.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new Run(status, out.toString(), err.toString());
  }
}
