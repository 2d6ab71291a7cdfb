package dev.tideline.drills.sim.model;

import com.google.protobuf.ByteString;
import dev.tideline.model.Operation;
import dev.tideline.model.State;
import java.util.HashSet;
import java.util.List;

/** Who saw the other wins; of two that did not see each other, the later. */
final class RegisterModel implements TypeModel {

  @Override
  public Result apply(Cell cell, Attempt attempt) {
    var bytes = attempt.operation() instanceof Operation.Put put ? put.value() : ByteString.EMPTY;
    boolean dead = attempt.operation() instanceof Operation.Delete;
    var made =
        new Cell.Value(List.of(attempt.id()), attempt.revision(), attempt.time(), bytes, dead);
    if (!(cell instanceof Cell.Value held) || attempt.saw() || later(made, held)) {
      return new Result.Becomes(made);
    }
    return new Result.Superseded();
  }

  private static boolean later(Cell.Value one, Cell.Value other) {
    int byTime = one.time().compareTo(other.time());
    return byTime != 0
        ? byTime > 0
        : Names.given(one.origins().getFirst()).compareTo(Names.given(other.origins().getFirst()))
            > 0;
  }

  @Override
  public boolean same(Cell cell, State state) {
    if (!(cell instanceof Cell.Value value)) {
      return cell instanceof Cell.Nothing && state instanceof State.Absent;
    }
    return state instanceof State.Register(var version)
        && version.tombstone() == value.dead()
        && version.value().equals(value.bytes())
        && version.time().equals(value.time())
        && version.revision() == value.revision()
        && new HashSet<>(version.origins()).equals(Names.given(value.origins()));
  }
}
