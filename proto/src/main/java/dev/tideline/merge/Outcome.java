package dev.tideline.merge;

import dev.tideline.model.Reason;
import dev.tideline.model.State;
import dev.tideline.model.Verdict;
import dev.tideline.model.Version;
import java.util.Optional;

/** What a rule made of a write. */
public sealed interface Outcome {

  Verdict verdict();

  /** The state has changed. */
  record Changed(State state, Verdict verdict, Optional<Clash> clash) implements Outcome {}

  /** The state stays as it was. */
  record Unchanged(Verdict verdict, Reason reason, Optional<Clash> clash) implements Outcome {}

  /** Two versions that had not seen each other. */
  record Clash(Version winner, Version loser) {}
}
