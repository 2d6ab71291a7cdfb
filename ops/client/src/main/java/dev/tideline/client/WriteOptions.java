package dev.tideline.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a write is to be done.
 *
 * @param ack level to wait for; the namespace's own if empty
 * @param timeout how long the edge may wait for the hub; 5 s if empty
 * @param idempotencyKey makes a repetition harmless
 * @param ifMatch the version token that must still stand, {@code *} for any
 * @param ifAbsent only if the key has no value
 */
public record WriteOptions(
    Optional<Ack> ack,
    Optional<Duration> timeout,
    Optional<String> idempotencyKey,
    Optional<String> ifMatch,
    boolean ifAbsent) {

  /** Nothing asked for. */
  public static final WriteOptions NONE =
      new WriteOptions(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);

  /** Only an idempotency key. */
  public static WriteOptions keyed(String idempotencyKey) {
    return new WriteOptions(
        Optional.empty(), Optional.empty(), Optional.of(idempotencyKey), Optional.empty(), false);
  }

  /** The same with an acknowledgement level. */
  public WriteOptions ack(Ack level) {
    return new WriteOptions(Optional.of(level), timeout, idempotencyKey, ifMatch, ifAbsent);
  }

  String query() {
    var query = new StringBuilder();
    ack.ifPresent(level -> query.append("?ack=").append(level.parameter()));
    timeout.ifPresent(
        wait ->
            query
                .append(query.isEmpty() ? '?' : '&')
                .append("timeout=")
                .append(wait.toMillis())
                .append("ms"));
    return query.toString();
  }

  private static String tag(String token) {
    return token.equals("*") || token.startsWith("\"") ? token : '"' + token + '"';
  }

  Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    idempotencyKey.ifPresent(key -> headers.put("Idempotency-Key", key));
    ifMatch.ifPresent(token -> headers.put("If-Match", tag(token)));
    if (ifAbsent) {
      headers.put("If-None-Match", "*");
    }
    return headers;
  }
}
