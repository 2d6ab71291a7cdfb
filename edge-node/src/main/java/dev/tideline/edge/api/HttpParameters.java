package dev.tideline.edge.api;

import com.google.protobuf.ByteString;
import dev.tideline.codec.TokenCodec;
import dev.tideline.model.Durability;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Precondition;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.runtime.telemetry.TraceContext;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/** What headers and query say of a write. */
record HttpParameters(
    Precondition precondition,
    String idempotencyKey,
    Optional<Durability> ack,
    Duration timeout,
    ByteString traceContext) {

  private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
  private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");
  private static final Set<String> KNOWN = Set.of("ack", "timeout");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s)");

  /** A client that waits longer holds a connection for nothing; it can ask for the receipt. */
  private static final Duration TIMEOUT_MAX = Duration.ofMinutes(1);

  /**
   * Reads them.
   *
   * @param ignoredTraces counts headers that are no traceparent
   */
  static HttpParameters of(ServerRequest request, LongAdder ignoredTraces) {
    requireKnown(request.query(), KNOWN, "parameters: ack, timeout");
    return new HttpParameters(
        precondition(request),
        idempotencyKey(request),
        request.query().first("ack").asOptional().map(HttpParameters::ack),
        request
            .query()
            .first("timeout")
            .asOptional()
            .map(HttpParameters::timeout)
            .orElse(WriteRequest.HUB_TIMEOUT),
        traceContext(request, ignoredTraces));
  }

  /** Refuses what would be passed over: parameters that are none, come twice, or have no value. */
  static void requireKnown(UriQuery query, Set<String> known, String allowed) {
    for (var name : query.names()) {
      if (!known.contains(name)) {
        throw malformed("there is no parameter '%s'".formatted(name), allowed);
      }
      var values = query.all(name, List::of);
      if (values.size() != 1) {
        throw malformed(
            "the parameter '%s' %s"
                .formatted(name, values.isEmpty() ? "has no value" : "comes twice"),
            "each once at most, with a value");
      }
    }
  }

  /** The trace that a request belongs to, for the log; empty if none. */
  static String traceId(ServerRequest request) {
    return request
        .headers()
        .first(TRACEPARENT)
        .map(TraceContext::parse)
        .map(TraceContext::traceId)
        .orElse("");
  }

  /** What is no traceparent is as good as none, as its recommendation asks; so are two of them. */
  private static ByteString traceContext(ServerRequest request, LongAdder ignored) {
    if (!request.headers().contains(TRACEPARENT)) {
      return ByteString.EMPTY;
    }
    var header = request.headers().get(TRACEPARENT);
    var context = header.valueCount() == 1 ? TraceContext.parse(header.get()) : ByteString.EMPTY;
    if (context.isEmpty()) {
      ignored.increment();
    }
    return context;
  }

  private static Precondition precondition(ServerRequest request) {
    var match = request.headers().first(HeaderNames.IF_MATCH).map(String::strip);
    var noneMatch = request.headers().first(HeaderNames.IF_NONE_MATCH).map(String::strip);
    if (match.isPresent() && noneMatch.isPresent()) {
      throw malformed("If-Match and If-None-Match exclude each other", "send one of them");
    }
    if (noneMatch.isPresent()) {
      if (!noneMatch.get().equals("*")) {
        throw malformed(
            "If-None-Match '%s' is not for writes".formatted(noneMatch.get()), "If-None-Match: *");
      }
      return new Precondition.Absent();
    }
    return match.map(HttpParameters::match).orElse(Precondition.NONE);
  }

  /** Reads what stands in If-Match. */
  static Precondition match(String text) {
    if (text.equals("*")) {
      return new Precondition.Present();
    }
    boolean quoted = text.length() > 2 && text.startsWith("\"") && text.endsWith("\"");
    try {
      if (quoted) {
        var token = TokenCodec.fromText(text.substring(1, text.length() - 1));
        TokenCodec.decode(token);
        return new Precondition.Match(token);
      }
    } catch (InvalidInputException e) {
      // Falls through to the same refusal: what is allowed is the same.
    }
    throw new RefusedException(
        new Refusal(
            ErrorCode.TOKEN_INVALID,
            "If-Match %s is not a version token".formatted(text),
            "the ETag of one read or write, in its quotes, or *"));
  }

  private static String idempotencyKey(ServerRequest request) {
    var key = request.headers().first(IDEMPOTENCY_KEY);
    if (key.isPresent() && key.get().isBlank()) {
      throw malformed("the Idempotency-Key is empty", "1 to 256 bytes");
    }
    return key.orElse("");
  }

  private static Durability ack(String text) {
    for (var level : Durability.values()) {
      if (level.text().equals(text.toLowerCase(Locale.ROOT))) {
        return level;
      }
    }
    throw malformed("ack '%s' is not known".formatted(text), "ack: memory, disk, hub");
  }

  /** How long to wait for the hub. */
  static Duration timeout(String text) {
    return duration("timeout", text, TIMEOUT_MAX);
  }

  static Duration duration(String name, String text, Duration max) {
    var match = DURATION.matcher(text);
    if (match.matches()) {
      long number = Long.parseLong(match.group(1));
      var duration =
          match.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
      if (duration.compareTo(max) <= 0) {
        return duration;
      }
    }
    throw malformed(
        "%s '%s' is not allowed".formatted(name, text),
        "a number with ms or s, up to %ds".formatted(max.toSeconds()));
  }

  private static RefusedException malformed(String detail, String allowed) {
    return new RefusedException(new Refusal(ErrorCode.MALFORMED, detail, allowed));
  }
}
