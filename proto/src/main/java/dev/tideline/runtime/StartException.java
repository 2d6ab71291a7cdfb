package dev.tideline.runtime;

/** A node cannot start; the message is one line that names the way out. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }

  private StartException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * What to do with something of our own that passes its checksum and makes no sense: it was
   * written by a later version, or by a defect. Nobody goes on from there and guesses.
   *
   * @param what and where it is, for the operator
   */
  public static StartException notUnderstood(String what, RuntimeException cause) {
    return cause instanceof StartException known
        ? known
        : new StartException(
            "%s passes its checksum and cannot be taken in (%s): use the version that wrote it, or restore the data directory from a copy"
                .formatted(what, cause),
            cause);
  }
}
