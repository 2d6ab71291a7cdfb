package dev.tideline.model;

/** What became of a mutation. */
public enum Verdict {
  APPLIED,
  MERGED,
  SUPERSEDED,
  REJECTED,
  DUPLICATE,
  QUARANTINED
}
