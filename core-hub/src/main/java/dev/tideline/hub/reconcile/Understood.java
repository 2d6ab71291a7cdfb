package dev.tideline.hub.reconcile;

import dev.tideline.merge.Outcome.Clash;
import dev.tideline.model.Context;
import dev.tideline.model.MutationId;
import dev.tideline.model.State;
import dev.tideline.wire.v1.Placed;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a mutation saw, in the words of the history that stands.
 *
 * @param placed what it tells of others of which nobody knew where they stood
 * @param untold whether of a mutation nobody but others have told where it stood
 */
record Understood(Context context, List<Placed> placed, Predicate<MutationId> untold) {

  /** Of a context that was not made in a lost history. */
  Understood(Context context) {
    this(context, List.of(), id -> false);
  }

  /** What was replaced by what had seen it, if that is a conclusion of ours: it may be wrong. */
  Optional<Clash> doubt(State before, State after) {
    return before instanceof State.Register(var replaced)
            && after instanceof State.Register(var made)
            && untold.test(replaced.origin())
        ? Optional.of(new Clash(made, replaced))
        : Optional.empty();
  }
}
