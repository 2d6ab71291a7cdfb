package dev.tideline.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.tideline.wire.v1.Value;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchedValue;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** What a watch tells, as lines: for people, and as JSON. */
final class WatchLines {

  /** Characters of a value that people are shown. */
  private static final int SHOWN_MAX = 120;

  private WatchLines() {}

  /** A state is a line a key, an event is one line. */
  static List<String> text(WatchAnswer answer) {
    return switch (answer.getAnswerCase()) {
      case STATE ->
          answer.getState().getValuesList().stream().map(value -> line("STATE", value)).toList();
      case EVENT ->
          List.of(
              answer.getEvent().getValuesList().stream()
                  .map(value -> line(value.getKind().name(), value))
                  .collect(Collectors.joining(" · ")));
      case MARK -> List.of("MARK         what stands above is one picture");
      case START_OVER ->
          List.of(
              "START_OVER   forget all of it: "
                  + Terminal.plain(answer.getStartOver().getReason()));
      case ANSWER_NOT_SET -> List.of();
    };
  }

  private static String line(String kind, WatchedValue told) {
    var name = Terminal.plain(told.getKey().getNamespace() + "/" + told.getKey().getKey());
    var value = told.getValue();
    return switch (value.getContentCase()) {
      case BYTES -> "%-12s %s = %s".formatted(kind, name, shown(value.getBytes()));
      case COUNTER -> "%-12s %s = %d".formatted(kind, name, value.getCounter());
      case CONTENT_NOT_SET -> "%-12s %s is gone".formatted(kind, name);
    };
  }

  private static String shown(ByteString bytes) {
    if (!bytes.isValidUtf8()) {
      return "(%d bytes)".formatted(bytes.size());
    }
    var text = bytes.toStringUtf8();
    return text.length() <= SHOWN_MAX
        ? Terminal.plain(text)
        : "%s… (%d bytes)".formatted(Terminal.plain(text.substring(0, SHOWN_MAX)), bytes.size());
  }

  /** One document an answer. */
  static String json(WatchAnswer answer) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("answer", answer.getAnswerCase().name());
    switch (answer.getAnswerCase()) {
      case STATE -> add(json, answer.getState().getValuesList());
      case EVENT -> add(json, answer.getEvent().getValuesList());
      case START_OVER -> json.put("reason", answer.getStartOver().getReason());
      case MARK, ANSWER_NOT_SET -> {}
    }
    if (!answer.getResume().isEmpty()) {
      json.put("resume", base64(answer.getResume()));
    }
    return json.toString();
  }

  private static void add(ObjectNode json, List<WatchedValue> values) {
    var all = json.putArray("values");
    for (var each : values) {
      var one = all.addObject();
      one.put("namespace", each.getKey().getNamespace()).put("key", each.getKey().getKey());
      if (each.getKind() != WatchedValue.Kind.KIND_UNSPECIFIED) {
        one.put("kind", each.getKind().name());
      }
      add(one, each.getValue());
    }
  }

  /** As {@code tideline get --json} tells it. */
  private static void add(ObjectNode json, Value value) {
    switch (value.getContentCase()) {
      case BYTES -> {
        json.put("contentType", value.getContentType());
        if (value.getBytes().isValidUtf8()) {
          json.put("value", value.getBytes().toStringUtf8());
        } else {
          json.put("valueBase64", value.getBytes().toByteArray());
        }
      }
      case COUNTER -> json.put("value", value.getCounter());
      case CONTENT_NOT_SET -> json.putNull("value");
    }
    json.put("version", base64(value.getVersion())).put("pendingLocal", value.getPendingLocal());
  }

  private static String base64(ByteString bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }
}
