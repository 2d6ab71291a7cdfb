package dev.tideline.model;

/** The configured name of an edge: {@code [a-z][a-z0-9-]{0,62}}; {@code hub} is reserved. */
public record EdgeId(String text) implements Comparable<EdgeId> {

  private static final String ALLOWED = "[a-z][a-z0-9-]{0,62}";
  private static final int LENGTH_MAX = 63;

  /** Cites decisions that the hub makes on its own; no edge may have this name. */
  public static final EdgeId HUB = new EdgeId("hub");

  public EdgeId {
    if (!allowed(text)) {
      throw new InvalidInputException(
          "edge id '%s' is not allowed: it must match %s".formatted(text, ALLOWED));
    }
  }

  /** By hand: an id is read with every version of every key, where a pattern would be felt. */
  public static boolean allowed(String text) {
    int length = text.length();
    if (length == 0 || length > LENGTH_MAX || !isLetter(text.charAt(0))) {
      return false;
    }
    for (int i = 1; i < length; i++) {
      char c = text.charAt(i);
      if (!isLetter(c) && !(c >= '0' && c <= '9') && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z';
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
