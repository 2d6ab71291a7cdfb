package dev.tideline.model;

/** What became of a mutation. */
public enum Verdict {
  APPLIED,
  MERGED,
  SUPERSEDED,
  REJECTED,
  DUPLICATE,
  QUARANTINED;

  /** Whether it is in the history of what it wrote to, if not in its state. */
  public boolean counts() {
    return switch (this) {
      case APPLIED, MERGED, SUPERSEDED -> true;
      case DUPLICATE, REJECTED, QUARANTINED -> false;
    };
  }
}
