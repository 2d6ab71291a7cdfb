package dev.tideline.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/**
 * A refusal, read from an RFC 9457 problem document.
 *
 * @param status of HTTP
 * @param code stable, {@code TL-…}; {@code HTTP-<status>} if the answer was no problem document
 * @param detail the offending value and what is wrong with it, in words
 * @param allowed what is allowed, or the next step; empty if the node did not say
 * @param receipt of a write that was journaled although it failed (an uncertain one)
 * @param retryAfter how long the node wants to be left alone
 */
public record Problem(
    int status,
    String code,
    String detail,
    String allowed,
    Optional<String> receipt,
    Optional<Duration> retryAfter) {

  static Problem of(HttpResponse response) {
    var retryAfter =
        response
            .header("retry-after")
            .filter(text -> text.matches("[0-9]{1,6}"))
            .map(Long::valueOf);
    var document = document(response);
    return new Problem(
        response.status(),
        text(document, "code").orElse("HTTP-" + response.status()),
        text(document, "detail")
            .or(() -> text(document, "title"))
            .orElse("the node answered %d without saying why".formatted(response.status())),
        text(document, "allowed").orElse(""),
        text(document, "receipt"),
        retryAfter.map(Duration::ofSeconds));
  }

  /** All of it in words, on one line. */
  public String sentence() {
    var sentence = code + ": " + detail + (allowed.isEmpty() ? "" : "; " + allowed);
    return sentence.replaceAll("\\s*\\R\\s*", " ");
  }

  private static JsonNode document(HttpResponse response) {
    var type = response.header("content-type").orElse("");
    if (type.contains("json")) {
      try {
        return Json.parse(response.body());
      } catch (JsonProcessingException e) {
        // A broken document is treated as none: the status alone still says what happened.
      }
    }
    return Json.missing();
  }

  private static Optional<String> text(JsonNode document, String field) {
    return Optional.of(document.path(field)).filter(JsonNode::isTextual).map(JsonNode::textValue);
  }
}
