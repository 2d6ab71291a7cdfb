package dev.tideline.benchmarks.micro;

import dev.tideline.codec.MutationCodec;
import dev.tideline.hub.reconcile.IdempotencyBudget;
import dev.tideline.hub.reconcile.PartitionCore;
import dev.tideline.hub.reconcile.Share;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.Operation;
import dev.tideline.store.ChronicleTable;
import dev.tideline.store.Table;
import dev.tideline.store.TableConfig;
import dev.tideline.wire.v1.TermBegun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
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

/**
 * One partition's core deciding batches of 256 over 100,000 keys that are there, with the off-heap
 * table beneath it, up to the record that would be appended.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 12)
@Measurement(iterations = 8)
@State(Scope.Thread)
public class ReconcileBenchmark {

  private static final int BATCH = 256;
  private static final int BATCHES = 400;
  private static final int MUTATIONS = BATCH * BATCHES;
  private static final long NOW_MS = 10_000;
  private static final long SKEW_MS = 60_000;
  private static final TableConfig TABLE = new TableConfig(1_000_000, 1L << 30);
  private static final Catalog CATALOG =
      new Catalog(
          1,
          List.of(
              new NamespaceContract(
                  Mutations.REGISTERS, DataType.REGISTER, Durability.DISK, 128, 1),
              new NamespaceContract(
                  Mutations.COUNTERS, DataType.COUNTER, Durability.DISK, 128, 1)));

  private final Table table = ChronicleTable.create(TABLE);
  private final PartitionCore core = open();
  private long sequence = 1;
  private List<Share> puts = List.of();
  private List<Share> adds = List.of();

  private PartitionCore open() {
    var opened = new PartitionCore(0, table, new IdempotencyBudget(IdempotencyBudget.KEYS_MAX));
    opened.enter(
        TermBegun.newBuilder()
            .setTerm(1)
            .addFirsts(TermBegun.FirstRevision.newBuilder().setRevision(1))
            .build());
    opened.open(CATALOG, SKEW_MS);
    return opened;
  }

  /** Makes the batches of one run; those of the other benchmark are not made. */
  @Setup(Level.Iteration)
  public void batches(org.openjdk.jmh.infra.BenchmarkParams parameters) {
    boolean registers = parameters.getBenchmark().endsWith("register");
    puts = registers ? shares(Mutations::put) : List.of();
    adds = registers ? List.of() : shares(Mutations::add);
  }

  private List<Share> shares(LongFunction<Operation> operation) {
    var shares = new ArrayList<Share>();
    for (int i = 0; i < BATCHES; i++) {
      var mutations = new ArrayList<dev.tideline.wire.v1.Mutation>();
      for (int j = 0; j < BATCH; j++) {
        mutations.add(MutationCodec.encode(Mutations.of(sequence, operation.apply(sequence))));
        sequence++;
      }
      shares.add(new Share(new Source(Mutations.EDGE, Mutations.INCARNATION), 0, mutations));
    }
    return shares;
  }

  /** Gives the memory back. */
  @TearDown(Level.Trial)
  public void close() {
    table.close();
  }

  /** Puts. */
  @Benchmark
  @OperationsPerInvocation(MUTATIONS)
  public long register() {
    return decide(puts);
  }

  /** Additions. */
  @Benchmark
  @OperationsPerInvocation(MUTATIONS)
  public long counter() {
    return decide(adds);
  }

  private long decide(List<Share> shares) {
    long bytes = 0;
    for (var share : shares) {
      int at = 0;
      while (at < share.mutations().size()) {
        var step = core.decide(share, at, NOW_MS);
        bytes += step.record().orElseThrow().getSerializedSize();
        core.commit();
        at = step.next();
      }
    }
    return bytes;
  }
}
