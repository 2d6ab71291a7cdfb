package dev.tideline.hub.backup;

/** Why there is no backup, or why one cannot be used: for the operator, on one line. */
public final class BackupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what is wrong, and what to do. */
  public BackupException(String message) {
    super(message);
  }

  /** The same with what it came from. */
  public BackupException(String message, Throwable cause) {
    super(message, cause);
  }
}
