package dev.tideline.edge.api;

import dev.tideline.edge.uplink.Freshness;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * How fresh a read must be; what cannot be met is refused, and no older value given instead.
 *
 * @param maxStalenessMs since the edge last knew that it held everything
 * @param atLeast everything that this token saw must be in the answer
 */
public record ReadDemand(OptionalLong maxStalenessMs, Optional<VersionToken> atLeast) {

  /** Whatever the edge has. */
  public static final ReadDemand NONE = new ReadDemand(OptionalLong.empty(), Optional.empty());

  /**
   * Why it is not met, if it is not.
   *
   * @param staleMs how old the answer may be
   * @param holds whether the answer has all that a token saw
   */
  Optional<Refusal> unmet(long staleMs, Predicate<VersionToken> holds) {
    if (maxStalenessMs.isPresent() && staleMs > maxStalenessMs.getAsLong()) {
      return Optional.of(
          new Refusal(
              ErrorCode.STALE,
              staleMs == Freshness.NEVER_MS
                  ? "this edge has never been caught up"
                  : "the answer is up to %d ms old".formatted(staleMs),
              "retry, allow more than %d ms, or read at another edge"
                  .formatted(maxStalenessMs.getAsLong())));
    }
    if (atLeast.isPresent() && !holds.test(atLeast.get())) {
      return Optional.of(
          new Refusal(
              ErrorCode.STALE,
              "not all that the version token saw is known to be held here",
              "retry, read where the token comes from, or without it if the hub was set back"
                  + " since"));
    }
    return Optional.empty();
  }
}
