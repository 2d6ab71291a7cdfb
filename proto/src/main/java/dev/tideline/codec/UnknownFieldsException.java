package dev.tideline.codec;

/** A message was made by a later version than this one understands. */
public final class UnknownFieldsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnknownFieldsException(String message) {
    super(message);
  }
}
