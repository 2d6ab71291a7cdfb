package dev.tideline.cli;

/** What standard output is connected to; the launcher looks, since the JVM cannot tell. */
public final class Terminal {

  /** Where nobody says otherwise. */
  private static final int COLUMNS_DEFAULT = 100;

  private Terminal() {}

  /** Whether standard output is a terminal. */
  public static boolean isTerminal() {
    return Boolean.getBoolean("tideline.terminal");
  }

  /** Its width. */
  public static int columns() {
    return Integer.getInteger("tideline.columns", COLUMNS_DEFAULT);
  }

  /**
   * Text that others wrote, for a line of its own: it has no say over the terminal, nor over where
   * the line ends.
   */
  public static String plain(String text) {
    var plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              int type = Character.getType(point);
              boolean acts =
                  type == Character.CONTROL
                      || type == Character.FORMAT
                      || type == Character.SURROGATE
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR;
              if (acts) {
                plain.append("\\u").append(String.format("%04x", point));
              } else {
                plain.appendCodePoint(point);
              }
            });
    return plain.toString();
  }
}
