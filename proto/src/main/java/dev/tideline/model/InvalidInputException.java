package dev.tideline.model;

/** A value from outside breaks a rule of the vocabulary; the message says what is allowed. */
public final class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message);
  }
}
