package dev.tideline.benchmarks.micro;

import dev.tideline.merge.MergeRule;
import dev.tideline.merge.Outcome;
import dev.tideline.merge.Write;
import dev.tideline.model.Context;
import dev.tideline.model.DataType;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Operation;
import dev.tideline.model.State;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Warmup;

/** One write merged onto what the one before it made: a new version each time, and the garbage. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@org.openjdk.jmh.annotations.State(Scope.Thread)
public class MergeBenchmark {

  private final MergeRule register = MergeRule.of(DataType.REGISTER);
  private final MergeRule counter = MergeRule.of(DataType.COUNTER);
  private final Operation put = Mutations.put(1);
  private final Operation add = Mutations.add(1);
  private State registerState = State.ABSENT;
  private State counterState = State.ABSENT;
  private long sequence = 1;

  /** A put that saw what it replaces. */
  @Benchmark
  public State register() {
    registerState = merged(register, registerState, put);
    return registerState;
  }

  /** An addition. */
  @Benchmark
  public State counter() {
    counterState = merged(counter, counterState, add);
    return counterState;
  }

  private State merged(MergeRule rule, State state, Operation operation) {
    var context = Context.NOTHING.with(Mutations.id(sequence - 1));
    var id = Mutations.id(sequence);
    var write = new Write(operation, context, HybridTime.ofMillis(1_000 + sequence), id, sequence);
    sequence++;
    return switch (rule.apply(state, write)) {
      case Outcome.Changed changed -> changed.state();
      case Outcome.Unchanged unchanged ->
          throw new IllegalStateException("a write was not merged: " + unchanged);
    };
  }
}
