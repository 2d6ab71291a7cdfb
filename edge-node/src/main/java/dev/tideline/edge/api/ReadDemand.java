package dev.tideline.edge.api;

import dev.tideline.model.VersionToken;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How fresh a read must be; what cannot be met is refused, and no older value given instead.
 *
 * @param maxStalenessMs since the edge last knew that it held everything
 * @param atLeast everything that this token saw must be in the answer
 */
public record ReadDemand(OptionalLong maxStalenessMs, Optional<VersionToken> atLeast) {

  /** Whatever the edge has. */
  public static final ReadDemand NONE = new ReadDemand(OptionalLong.empty(), Optional.empty());
}
