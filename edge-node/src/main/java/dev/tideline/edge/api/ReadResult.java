package dev.tideline.edge.api;

import dev.tideline.edge.replica.Reading;
import dev.tideline.runtime.Refusal;

/** What a read finds. */
public sealed interface ReadResult {

  /**
   * The view of the key, which may be absent or deleted.
   *
   * @param stalenessMs since the edge last knew that it held everything; {@link Long#MAX_VALUE} if
   *     it never did
   * @param fromHub whether the hub was asked, because the key is not held here
   */
  record Read(Reading reading, long stalenessMs, boolean fromHub) implements ReadResult {}

  /** Not answered. */
  record Refused(Refusal refusal) implements ReadResult {}
}
