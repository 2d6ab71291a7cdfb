package dev.tideline.cli.importing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tideline.client.Bytes;
import dev.tideline.client.Write;
import dev.tideline.client.Write.Action;
import dev.tideline.client.WriteOptions;
import java.util.Set;
import java.util.TreeSet;

/** One line as a write. */
final class ImportLine {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Set<String> FIELDS =
      Set.of("namespace", "key", "op", "delta", "value", "contentType", "idempotencyKey");

  private ImportLine() {}

  /**
   * Reads a line.
   *
   * @param fallbackKey its idempotency key if it names none
   * @throws IllegalArgumentException saying in words why it is none
   */
  static Write parse(String line, String fallbackKey) {
    var document = document(line);
    for (var field : document.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw new IllegalArgumentException(
            "'%s' is not a field: known fields are %s"
                .formatted(field.getKey(), String.join(", ", new TreeSet<>(FIELDS))));
      }
    }
    var key = document.has("idempotencyKey") ? text(document, "idempotencyKey") : fallbackKey;
    return new Write(
        text(document, "namespace"),
        text(document, "key"),
        action(document),
        WriteOptions.keyed(key));
  }

  private static JsonNode document(String line) {
    try {
      var document = MAPPER.readTree(line);
      if (document.isObject()) {
        return document;
      }
    } catch (JsonProcessingException e) {
      // Falls through to the same complaint: the line itself shows what it is.
    }
    throw new IllegalArgumentException(
        "not one JSON object, such as {\"namespace\":\"inventory\",\"key\":\"eire/22423\","
            + "\"op\":\"add\",\"delta\":-6}");
  }

  private static Action action(JsonNode document) {
    var op = text(document, "op");
    return switch (op) {
      case "add" -> new Action.Add(delta(only(document, op, "delta")));
      case "put" -> put(only(document, op, "value", "contentType"));
      case "delete" -> {
        only(document, op);
        yield new Action.Delete();
      }
      default ->
          throw new IllegalArgumentException(
              "op '%s' is not known: put, delete, add".formatted(op));
    };
  }

  private static JsonNode only(JsonNode document, String op, String... allowed) {
    for (var field : Set.of("delta", "value", "contentType")) {
      if (document.has(field) && !Set.of(allowed).contains(field)) {
        throw new IllegalArgumentException("'%s' is not for op '%s'".formatted(field, op));
      }
    }
    return document;
  }

  private static long delta(JsonNode document) {
    var delta = document.path("delta");
    if (!delta.isIntegralNumber() || !delta.canConvertToLong()) {
      throw new IllegalArgumentException("'delta' must be a whole number of 64 bits");
    }
    return delta.longValue();
  }

  private static Action put(JsonNode document) {
    var value = document.path("value");
    if (value.isMissingNode()) {
      throw new IllegalArgumentException("'value' is missing");
    }
    var fallbackType = value.isTextual() ? "text/plain; charset=utf-8" : "application/json";
    var type = document.has("contentType") ? text(document, "contentType") : fallbackType;
    return new Action.Put(Bytes.utf8(value.isTextual() ? value.asText() : value.toString()), type);
  }

  private static String text(JsonNode document, String field) {
    var value = document.path(field);
    if (!value.isTextual() || value.asText().isEmpty()) {
      throw new IllegalArgumentException("'%s' must be a text that is not empty".formatted(field));
    }
    return value.asText();
  }
}
