package dev.tideline.drills.sim.model;

import java.util.Optional;

/** The first thing that did not hold; what follows from it is of no interest. */
public final class Findings {

  private Optional<Violation> first = Optional.empty();

  /** Something did not hold. */
  public record Violation(Invariant invariant, String text) {}

  public void report(Invariant invariant, String text) {
    if (first.isEmpty()) {
      first = Optional.of(new Violation(invariant, text));
    }
  }

  /** Reports unless it holds. */
  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency of its own
  public void require(boolean holds, Invariant invariant, String form, Object... arguments) {
    if (!holds) {
      report(invariant, form.formatted(arguments));
    }
  }

  public Optional<Violation> first() {
    return first;
  }
}
