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
}
