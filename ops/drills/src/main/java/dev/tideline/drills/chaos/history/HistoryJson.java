package dev.tideline.drills.chaos.history;

import dev.tideline.drills.chaos.history.Operation.Action;
import dev.tideline.drills.chaos.history.Operation.Outcome;

/** Lines of a history file. */
final class HistoryJson {

  private HistoryJson() {}

  static String line(Operation operation) {
    return ("{\"operation\":%d,\"client\":%s,\"edge\":%s,\"key\":%s,%s,%s,"
            + "\"startNs\":%d,\"endNs\":%d}")
        .formatted(
            operation.number(),
            quote(operation.client()),
            quote(operation.edge()),
            quote(operation.key()),
            action(operation.action()),
            outcome(operation.outcome()),
            operation.startNs(),
            operation.endNs());
  }

  static String line(Loss loss) {
    return "{\"loss\":%s,\"edge\":%s,\"fromNs\":%d,\"atNs\":%d}"
        .formatted(quote(loss.why()), quote(loss.edge()), loss.fromNs(), loss.atNs());
  }

  static String note(long atNs, String what) {
    return "{\"note\":%s,\"atNs\":%d}".formatted(quote(what), atNs);
  }

  private static String action(Action action) {
    return switch (action) {
      case Action.Put(var value) -> "\"put\":" + quote(value);
      case Action.Add(var delta, var intent) ->
          "\"add\":%d,\"intent\":%s".formatted(delta, quote(intent));
      case Action.Read() -> "\"read\":true";
    };
  }

  private static String outcome(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Acknowledged(var level, var receipt) ->
          "\"acknowledged\":\"%s\",\"receipt\":%s".formatted(level, quote(receipt));
      case Outcome.Value(var value) -> "\"value\":" + quote(value);
      case Outcome.Refused(var code) -> "\"refused\":" + quote(code);
      case Outcome.Unknown(var why) -> "\"unknown\":" + quote(why);
    };
  }

  /** A JSON string. */
  private static String quote(String text) {
    var quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
