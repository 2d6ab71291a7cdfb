package dev.tideline.runtime;

/**
 * Why something was not done. Nothing was written, unless the code is {@code UNCERTAIN}.
 *
 * @param code stable
 * @param detail what is wrong, naming the offending value
 * @param allowed what is allowed, or the next step
 */
public record Refusal(ErrorCode code, String detail, String allowed) {

  @Override
  public String toString() {
    return code.code() + ": " + detail + (allowed.isEmpty() ? "" : "; " + allowed);
  }
}
