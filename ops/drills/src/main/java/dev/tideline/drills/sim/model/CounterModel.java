package dev.tideline.drills.sim.model;

import dev.tideline.model.Operation;
import dev.tideline.model.State;
import java.math.BigInteger;
import java.util.List;

/** A sum that stays within 64 bits. */
final class CounterModel implements TypeModel {

  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

  @Override
  public Result apply(Cell cell, Attempt attempt) {
    long held = cell instanceof Cell.Sum sum ? sum.total() : 0;
    long delta = ((Operation.Add) attempt.operation()).delta();
    var total = BigInteger.valueOf(held).add(BigInteger.valueOf(delta));
    if (total.compareTo(MAX) > 0 || total.compareTo(MIN) < 0) {
      return new Result.Rejected();
    }
    return new Result.Becomes(
        new Cell.Sum(List.of(attempt.id()), attempt.revision(), total.longValue()));
  }

  @Override
  public boolean same(Cell cell, State state) {
    if (!(cell instanceof Cell.Sum sum)) {
      return cell instanceof Cell.Nothing && state instanceof State.Absent;
    }
    return state instanceof State.Counter counter
        && counter.sum() == sum.total()
        && counter.latest().revision() == sum.revision()
        && counter.latest().origins().getFirst().equals(Names.given(sum.origins().getFirst()));
  }
}
