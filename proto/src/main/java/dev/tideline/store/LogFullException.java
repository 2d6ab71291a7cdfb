package dev.tideline.store;

/** The disk has less free space than the reserve; nothing was written. Writing may work later. */
public final class LogFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogFullException(String message) {
    super(message);
  }
}
