package dev.tideline.drills.chaos.client;

/**
 * Values that name their writer, of any size: a name, a bar, and filling up to the size that stands
 * in the name.
 */
final class UniqueValue {
  private static final char BAR = '|';

  private UniqueValue() {}

  /**
   * The name of a value.
   *
   * @param size in characters; one that has no room for the name makes no filling
   */
  static String name(String client, long number, int size) {
    return "%s-%d-%d".formatted(client, number, size);
  }

  /** What is written. */
  static String text(String name) {
    int missing = size(name) - name.length() - 1;
    return missing <= 0 ? name : name + BAR + "x".repeat(missing);
  }

  /** Whose value this is; the text itself if it is not as it was written. */
  static String nameOf(String text) {
    int bar = text.indexOf(BAR);
    var name = bar < 0 ? text : text.substring(0, bar);
    return text(name).equals(text) ? name : text;
  }

  private static int size(String name) {
    var digits = name.substring(name.lastIndexOf('-') + 1);
    return digits.matches("[0-9]{1,6}") ? Integer.parseInt(digits) : 0;
  }
}
