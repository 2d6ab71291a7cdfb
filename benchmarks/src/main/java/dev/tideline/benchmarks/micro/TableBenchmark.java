package dev.tideline.benchmarks.micro;

import dev.tideline.codec.TableKeys;
import dev.tideline.store.ChronicleTable;
import dev.tideline.store.Slice;
import dev.tideline.store.Table;
import dev.tideline.store.TableConfig;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One entry of some 200 bytes at random among 100,000, the key's bytes at hand. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class TableBenchmark {

  private static final int VALUE_BYTES = 200;

  private final Table table = ChronicleTable.create(new TableConfig(1_000_000, 1L << 30));
  private final Slice[] keys = new Slice[Mutations.KEYS];
  private final Slice value = new Slice(VALUE_BYTES);
  private final Slice found = new Slice(VALUE_BYTES);

  /** Fills the table. */
  @Setup(Level.Trial)
  public void fill() {
    value.resize(VALUE_BYTES);
    for (int i = 0; i < keys.length; i++) {
      keys[i] = new Slice(64);
      TableKeys.write(Mutations.key(Mutations.REGISTERS, i), keys[i]);
      require(table.put(keys[i], value));
    }
  }

  /** Gives the memory back. */
  @TearDown(Level.Trial)
  public void close() {
    table.close();
  }

  /** Finds and copies a value. */
  @Benchmark
  public boolean get() {
    return require(table.get(anyKey(), found));
  }

  /** Replaces a value by one of the same length. */
  @Benchmark
  public boolean put() {
    return require(table.put(anyKey(), value));
  }

  private Slice anyKey() {
    return keys[ThreadLocalRandom.current().nextInt(keys.length)];
  }

  private static boolean require(boolean done) {
    if (!done) {
      throw new IllegalStateException("the table did not do it");
    }
    return true;
  }
}
