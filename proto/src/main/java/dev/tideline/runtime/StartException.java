package dev.tideline.runtime;

/** A node cannot start; the message is one line that names the way out. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }
}
