package dev.tideline.cli;

/** Statuses that scripts can tell apart. */
public final class ExitStatus {

  /** Done. */
  public static final int DONE = 0;

  /** The node refused, or the work failed. */
  public static final int FAILED = 1;

  /** The command line or a file given on it is wrong; nothing was tried. */
  public static final int USAGE = 2;

  /** No answer from the node. */
  public static final int UNREACHABLE = 3;

  private ExitStatus() {}
}
