package dev.tideline.model;

import java.util.Locale;

/** What can be done to a key. */
public enum OperationKind {
  PUT,
  DELETE,
  ADD;

  /** As written in import lines and messages. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
