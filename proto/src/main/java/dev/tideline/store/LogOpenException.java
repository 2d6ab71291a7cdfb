package dev.tideline.store;

/**
 * A log cannot be opened: locked by another process, corrupt in the middle, of another format, or
 * without space. The message is one line that names the file, the offset and the way out; nothing
 * was overwritten.
 */
public final class LogOpenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogOpenException(String message) {
    super(message);
  }

  public LogOpenException(String message, Throwable cause) {
    super(message, cause);
  }
}
