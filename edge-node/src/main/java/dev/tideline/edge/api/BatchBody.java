package dev.tideline.edge.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.Mutation;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import io.helidon.webserver.http.ServerRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The body of an atomic write, {@code {"operations":[…]}}: operations as in lines of an import, and
 * with a condition each if need be. Nothing in it is passed over: an unknown field is refused.
 */
final class BatchBody {

  /** The largest mutation, with what JSON and base64 add to it. */
  private static final int BYTES_MAX = 2 * Mutation.BYTES_MAX;

  private static final String FORM =
      "{\"operations\":[{\"namespace\":\"players\",\"key\":\"z1/ann\",\"op\":\"put\","
          + "\"value\":\"…\"}]}; ops: put with value or base64, delete, add with delta";

  private static final Set<String> COMMON =
      Set.of("namespace", "key", "op", "ifMatch", "ifNoneMatch");

  private BatchBody() {}

  /** Reads the operations; their number and zones are judged with the rest of the write. */
  static List<Operation> read(ServerRequest request) {
    return operations(HttpBodies.object(HttpBodies.read(request, BYTES_MAX), FORM));
  }

  static List<Operation> operations(JsonNode body) {
    var listed = body.path("operations");
    if (body.size() != 1 || !listed.isArray()) {
      throw malformed("the body has other fields than 'operations', an array");
    }
    if (listed.size() > Mutation.OPERATIONS_MAX) {
      throw new RefusedException(
          new Refusal(
              ErrorCode.MALFORMED,
              "the batch has %d operations".formatted(listed.size()),
              "1 to %d".formatted(Mutation.OPERATIONS_MAX)));
    }
    var operations = new ArrayList<Operation>(listed.size());
    for (var each : listed) {
      operations.add(operation(each, operations.size()));
    }
    return operations;
  }

  private static Operation operation(JsonNode json, int index) {
    try {
      if (!json.isObject()) {
        throw new InvalidInputException("it is not an object");
      }
      var target = new QualifiedKey(text(json, "namespace"), Key.of(text(json, "key")));
      var condition = condition(json);
      return switch (text(json, "op")) {
        case "put" -> put(json, target, condition);
        case "delete" -> {
          requireOnly(json, Set.of());
          yield new Operation.Delete(target, condition, 0);
        }
        case "add" -> {
          requireOnly(json, Set.of("delta"));
          yield new Operation.Add(target, delta(json), condition, 0);
        }
        default ->
            throw new InvalidInputException("op '%s' is not known".formatted(json.get("op")));
      };
    } catch (InvalidInputException e) {
      throw malformed("operation %d: %s".formatted(index, e.problem()));
    }
  }

  private static Operation put(JsonNode json, QualifiedKey target, Precondition condition) {
    requireOnly(json, Set.of("value", "base64", "contentType"));
    boolean binary = json.has("base64");
    if (binary == json.has("value")) {
      throw new InvalidInputException("a put has either 'value' or 'base64'");
    }
    if (binary) {
      var type = json.has("contentType") ? text(json, "contentType") : HttpWrites.BINARY;
      return new Operation.Put(target, decoded(text(json, "base64")), type, condition, 0);
    }
    var value = json.get("value");
    var usual = value.isTextual() ? HttpWrites.TEXT : HttpWrites.JSON;
    var type = json.has("contentType") ? text(json, "contentType") : usual;
    var bytes = ByteString.copyFromUtf8(value.isTextual() ? value.textValue() : value.toString());
    return new Operation.Put(target, bytes, type, condition, 0);
  }

  private static ByteString decoded(String base64) {
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("'base64' is not base64: " + e.getMessage());
    }
  }

  private static long delta(JsonNode json) {
    var delta = json.path("delta");
    if (!delta.isIntegralNumber() || !delta.canConvertToLong()) {
      throw new InvalidInputException("'delta' must be a whole number of 64 bits");
    }
    return delta.longValue();
  }

  private static Precondition condition(JsonNode json) {
    if (json.has("ifMatch") && json.has("ifNoneMatch")) {
      throw new InvalidInputException("'ifMatch' and 'ifNoneMatch' exclude each other");
    }
    if (json.has("ifNoneMatch")) {
      if (!text(json, "ifNoneMatch").equals("*")) {
        throw new InvalidInputException("'ifNoneMatch' can only be '*'");
      }
      return new Precondition.Absent();
    }
    return json.has("ifMatch") ? HttpParameters.match(text(json, "ifMatch")) : Precondition.NONE;
  }

  private static void requireOnly(JsonNode json, Set<String> more) {
    for (var field : json.properties()) {
      if (!COMMON.contains(field.getKey()) && !more.contains(field.getKey())) {
        var allowed = new TreeSet<>(COMMON);
        allowed.addAll(more);
        throw new InvalidInputException(
            "'%s' is not a field of op '%s': %s"
                .formatted(field.getKey(), json.get("op").textValue(), String.join(", ", allowed)));
      }
    }
  }

  private static String text(JsonNode json, String field) {
    var value = json.path(field);
    boolean mayBeEmpty = field.equals("base64");
    if (!value.isTextual() || (value.textValue().isEmpty() && !mayBeEmpty)) {
      throw new InvalidInputException("'%s' must be a text that is not empty".formatted(field));
    }
    return value.textValue();
  }

  private static RefusedException malformed(String detail) {
    return new RefusedException(new Refusal(ErrorCode.MALFORMED, detail, FORM));
  }
}
