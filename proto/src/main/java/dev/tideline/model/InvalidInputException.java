package dev.tideline.model;

/** A value from outside breaks a rule of the vocabulary; the message says what is allowed. */
public final class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;

  public InvalidInputException(String problem) {
    super(problem);
    this.problem = problem;
  }

  /** What is wrong and what is allowed. */
  public String problem() {
    return problem;
  }
}
