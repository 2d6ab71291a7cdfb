package dev.tideline.edge.api;

import dev.tideline.codec.TokenCodec;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the query says of a read.
 *
 * @param within how long the hub may take, if it is asked
 */
record HttpDemand(ReadDemand demand, Duration within) {

  private static final Set<String> KNOWN = Set.of("maxStaleness", "atLeast", "timeout");
  private static final HttpDemand NONE = new HttpDemand(ReadDemand.NONE, HubReads.WITHIN);

  /** A day: who takes older values takes any. */
  private static final Duration STALENESS_MAX = Duration.ofDays(1);

  static HttpDemand of(ServerRequest request) {
    var query = request.query();
    if (query.isEmpty()) {
      return NONE;
    }
    HttpParameters.requireKnown(query, KNOWN, "parameters: maxStaleness, atLeast, timeout");
    var maxStaleness = query.first("maxStaleness").asOptional();
    return new HttpDemand(
        new ReadDemand(
            maxStaleness.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(staleness(maxStaleness.get()).toMillis()),
            query.first("atLeast").asOptional().map(HttpDemand::token)),
        query.first("timeout").asOptional().map(HttpParameters::timeout).orElse(HubReads.WITHIN));
  }

  private static Duration staleness(String text) {
    return HttpParameters.duration("maxStaleness", text, STALENESS_MAX);
  }

  /** The quotes of the ETag may stay. */
  private static VersionToken token(String text) {
    boolean quoted = text.length() > 2 && text.startsWith("\"") && text.endsWith("\"");
    try {
      return TokenCodec.decode(
          TokenCodec.fromText(quoted ? text.substring(1, text.length() - 1) : text));
    } catch (InvalidInputException e) {
      throw new RefusedException(
          new Refusal(
              ErrorCode.TOKEN_INVALID,
              "atLeast '%s' is not a version token".formatted(text),
              "the ETag of a read or write"));
    }
  }
}
