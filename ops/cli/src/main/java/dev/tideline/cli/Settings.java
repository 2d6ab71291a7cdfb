package dev.tideline.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of the command line as the settings that a process reads. */
final class Settings {
  private final Map<String, String> values = new LinkedHashMap<>();

  /** Adds one that was given. */
  Settings put(String key, @Nullable Object value) {
    if (value != null) {
      values.put(key, value.toString());
    }
    return this;
  }

  /** Adds those of {@code --set}; they win over options. */
  Settings putAll(Map<String, String> given) {
    values.putAll(given);
    return this;
  }

  /** As {@code key=value}. */
  String[] toArguments() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .toList()
        .toArray(String[]::new);
  }

  /** For messages and tests. */
  List<String> toList() {
    return List.of(toArguments());
  }
}
