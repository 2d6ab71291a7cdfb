package dev.tideline.store;

/** A sync failed: what was appended and not yet durable is uncertain, and the process must end. */
public final class LogFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
