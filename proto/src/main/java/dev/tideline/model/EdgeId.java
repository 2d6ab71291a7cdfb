package dev.tideline.model;

import java.util.regex.Pattern;

/** The configured name of an edge: {@code [a-z][a-z0-9-]{0,62}}; {@code hub} is reserved. */
public record EdgeId(String text) implements Comparable<EdgeId> {

  private static final Pattern ALLOWED = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  /** Cites decisions that the hub makes on its own; no edge may have this name. */
  public static final EdgeId HUB = new EdgeId("hub");

  public EdgeId {
    if (!ALLOWED.matcher(text).matches()) {
      throw new InvalidInputException(
          "edge id '%s' is not allowed: it must match %s".formatted(text, ALLOWED));
    }
  }

  @Override
  public int compareTo(EdgeId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
