package dev.tideline.benchmarks.micro;

import dev.tideline.edge.journal.Journal;
import dev.tideline.model.Mutation;
import dev.tideline.rig.Directories;
import dev.tideline.store.ChronicleRecordLog;
import dev.tideline.store.RecordLogConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A mutation of 128 bytes encoded and appended, not synced; a journal of its own each time. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 8)
@Measurement(iterations = 8)
@State(Scope.Thread)
public class JournalBenchmark {

  private static final int APPENDS = 100_000;
  private static final long GENERATION_BYTES = 64 << 20;
  private static final int LOCK_WAIT_MS = 5_000;

  private Path directory = Path.of("");
  private ChronicleRecordLog log = open();
  private Journal journal = new Journal(log, Mutations.EDGE);
  private final Mutation mutation = Mutations.of(1, Mutations.put(1));

  private ChronicleRecordLog open() {
    try {
      directory = Files.createTempDirectory("tideline-micro-");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    var config = new RecordLogConfig(GENERATION_BYTES, 0, LOCK_WAIT_MS);
    return ChronicleRecordLog.open(directory, config, failure -> {});
  }

  /** Begins a journal. */
  @Setup(Level.Trial)
  public void begin() {
    journal.begin(1, 1, "bench", List.of());
  }

  /** Begins another, so that every run writes as much into fresh files. */
  @TearDown(Level.Iteration)
  public void another() throws IOException {
    close();
    log = open();
    journal = new Journal(log, Mutations.EDGE);
    begin();
  }

  /** Leaves nothing behind. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    log.close();
    Directories.delete(directory);
  }

  /** The journal does not look at sequences: the same mutation serves. */
  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public long append() {
    long position = 0;
    for (int i = 0; i < APPENDS; i++) {
      position = journal.append(mutation).position();
    }
    return position;
  }
}
