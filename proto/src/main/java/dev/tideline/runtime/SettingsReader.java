package dev.tideline.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Reads settings, the given before the environment before the fallback, and collects every problem
 * instead of stopping at the first. Used by one thread, once, at start.
 */
public final class SettingsReader {

  private final Map<String, String> given;
  private final Map<String, String> environment;
  private final TreeSet<String> known = new TreeSet<>();
  private final List<String> problems = new ArrayList<>();

  public SettingsReader(Map<String, String> given, Map<String, String> environment) {
    this.given = Map.copyOf(given);
    this.environment = Map.copyOf(environment);
  }

  /** Reads {@code key=value} arguments; what has no {@code =} is a problem. */
  public static Map<String, String> parseArguments(String... arguments) {
    var parsed = new HashMap<String, String>();
    for (var argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals <= 0) {
        throw new ConfigException(
            List.of("'%s' is not a setting: write key=value".formatted(argument)));
      }
      parsed.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    return parsed;
  }

  /** The value as text. */
  public String text(Setting setting) {
    known.add(setting.key());
    var direct = given.get(setting.key());
    if (direct != null) {
      return direct;
    }
    return environment.getOrDefault(setting.environmentVariable(), setting.fallback());
  }

  /** The value as a whole number from {@code least} to {@code most}. */
  public long number(Setting setting, long least, long most) {
    var text = text(setting);
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the same problem: the message already says what is allowed.
    }
    problem(setting, text, "a whole number from %d to %d".formatted(least, most));
    return least;
  }

  /** The value as a TCP port; 0 means any free one. */
  public int port(Setting setting) {
    return (int) number(setting, 0, 65_535);
  }

  /** The value as {@code parser} reads it; a runtime exception of the parser is a problem. */
  public <T> T parsed(Setting setting, Function<String, T> parser, T placeholder) {
    var text = text(setting);
    try {
      return parser.apply(text);
    } catch (RuntimeException e) {
      var detail = e.getMessage();
      problem(setting, text, setting.unit() + (detail == null ? "" : " (" + detail + ")"));
      return placeholder;
    }
  }

  /** Adds a problem that spans settings. */
  public void problem(Setting setting, String value, String allowed) {
    problems.add("%s = '%s' is not allowed: %s".formatted(setting.key(), value, allowed));
  }

  /**
   * Ends reading.
   *
   * @throws ConfigException if there was any problem, among them keys that nobody asked for
   */
  public void finish() {
    for (var key : new TreeSet<>(given.keySet())) {
      if (!known.contains(key)) {
        problems.add(
            "%s is not a setting: known settings are %s".formatted(key, String.join(", ", known)));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }
}
