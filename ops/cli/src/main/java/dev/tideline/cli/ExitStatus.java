package dev.tideline.cli;

/** Statuses that scripts can tell apart. */
final class ExitStatus {

  /** Done. */
  static final int DONE = 0;

  /** The node refused, or the work failed. */
  static final int FAILED = 1;

  /** The command line or a file given on it is wrong; nothing was tried. */
  static final int USAGE = 2;

  /** No answer from the node. */
  static final int UNREACHABLE = 3;

  private ExitStatus() {}
}
