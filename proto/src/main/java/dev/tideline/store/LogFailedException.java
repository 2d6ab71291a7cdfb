package dev.tideline.store;

/**
 * A sync or an append failed: what was appended and not yet durable is uncertain, and the process
 * must end. Or a record that was there at the start cannot be read back.
 */
public final class LogFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogFailedException(String message) {
    super(message);
  }

  public LogFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
