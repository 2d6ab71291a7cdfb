package dev.tideline.merge;

import dev.tideline.model.Context;
import dev.tideline.model.DataType;
import dev.tideline.model.MutationId;
import dev.tideline.model.State;
import java.util.Optional;

/**
 * How one data type takes writes. Rules are pure and total: the same arguments give the same
 * outcome on every machine, and there is an outcome for everything.
 */
public sealed interface MergeRule permits RegisterRule, CounterRule {

  /** The rule of a data type. */
  static MergeRule of(DataType type) {
    return switch (type) {
      case REGISTER -> RegisterRule.INSTANCE;
      case COUNTER -> CounterRule.INSTANCE;
    };
  }

  /** What a write makes of a state. */
  Outcome apply(State state, Write write);

  /** Whether a context saw everything that makes up the state; vacuously so if it is absent. */
  boolean seenBy(State state, Context context);

  /**
   * Lets a duplicate join the origins of the version that its first made, for whoever saw the
   * duplicate; empty if that version is gone or has as many origins as it may.
   */
  Optional<State> joinOrigin(State state, MutationId first, MutationId duplicate);
}
