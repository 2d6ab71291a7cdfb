package dev.tideline.drills.sim.model;

import dev.tideline.model.DataType;
import dev.tideline.model.HybridTime;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.State;
import java.util.Map;

/** The rule of one data type, as a reader of the documentation would write it down. */
public interface TypeModel {

  /** By type. */
  Map<DataType, TypeModel> ALL =
      Map.of(DataType.REGISTER, new RegisterModel(), DataType.COUNTER, new CounterModel());

  /**
   * One operation under way.
   *
   * @param saw whether its writer truly saw what the key holds
   * @param revision 0 while it is not decided
   */
  record Attempt(Operation operation, boolean saw, HybridTime time, MutationId id, long revision) {}

  /** What becomes of it. */
  sealed interface Result {
    record Becomes(Cell cell) implements Result {}

    record Superseded() implements Result {}

    record Rejected() implements Result {}
  }

  Result apply(Cell cell, Attempt attempt);

  /** Whether a node's state says the same. */
  boolean same(Cell cell, State state);
}
