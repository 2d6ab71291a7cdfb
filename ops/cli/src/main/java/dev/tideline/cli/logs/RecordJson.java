package dev.tideline.cli.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.tideline.wire.v1.Change;
import java.math.BigInteger;
import java.util.Base64;
import java.util.List;

/**
 * A record as JSON: fields by their names in the {@code .proto} files. What is a fixed number of 64
 * bits (ids, hashes, times) is in hexadecimal, as receipts show it; bytes that are text are text,
 * others are Base64; changes, which lie in a record as bytes, are opened.
 */
final class RecordJson {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String CHANGES = "changes";

  private RecordJson() {}

  /** One record: position, kind, content. */
  static String line(String log, long position, Message record) {
    var line = start(log, position);
    for (var field : record.getAllFields().entrySet()) {
      var descriptor = field.getKey();
      if (descriptor.getContainingOneof() != null) {
        line.put("kind", descriptor.getName());
        line.set("record", value(descriptor, field.getValue()));
      } else {
        line.set(descriptor.getName(), value(descriptor, field.getValue()));
      }
    }
    return line.toString();
  }

  /** One record that is none of this log's. */
  static String unreadable(String log, long position, ByteString content) {
    return start(log, position).put("kind", "unreadable").set("record", bytes(content)).toString();
  }

  private static ObjectNode start(String log, long position) {
    return JSON.objectNode().put("log", log).put("position", position);
  }

  private static ObjectNode message(Message message) {
    var node = JSON.objectNode();
    message
        .getAllFields()
        .forEach((field, value) -> node.set(field.getName(), value(field, value)));
    return node;
  }

  private static JsonNode value(FieldDescriptor field, Object value) {
    if (field.isRepeated()) {
      ArrayNode array = JSON.arrayNode();
      ((List<?>) value).forEach(element -> array.add(single(field, element)));
      return array;
    }
    return single(field, value);
  }

  private static JsonNode single(FieldDescriptor field, Object value) {
    return switch (value) {
      case Message nested -> message(nested);
      case EnumValueDescriptor constant -> JSON.textNode(constant.getName());
      case ByteString content -> field.getName().equals(CHANGES) ? change(content) : bytes(content);
      case Long number -> number(field, number);
      case Integer number -> JSON.numberNode(Integer.toUnsignedLong(number));
      case Boolean flag -> JSON.booleanNode(flag);
      default -> JSON.textNode(value.toString());
    };
  }

  private static JsonNode number(FieldDescriptor field, long number) {
    return switch (field.getType()) {
      case FIXED64 ->
          field.getName().endsWith("_ms")
              ? JSON.numberNode(number)
              : JSON.textNode(Long.toHexString(number));
      case UINT64 -> JSON.numberNode(new BigInteger(Long.toUnsignedString(number)));
      default -> JSON.numberNode(number);
    };
  }

  private static JsonNode change(ByteString content) {
    try {
      return message(Change.parseFrom(content));
    } catch (InvalidProtocolBufferException e) {
      return bytes(content);
    }
  }

  private static JsonNode bytes(ByteString content) {
    boolean text =
        content.isValidUtf8()
            && content.toStringUtf8().chars().noneMatch(c -> Character.isISOControl(c));
    return text
        ? JSON.textNode(content.toStringUtf8())
        : JSON.objectNode()
            .put("base64", Base64.getEncoder().encodeToString(content.toByteArray()));
  }
}
