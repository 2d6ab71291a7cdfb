package dev.tideline.model;

import java.util.Locale;

/** What a namespace holds; each type has one merge rule. */
public enum DataType {
  REGISTER,
  COUNTER;

  /** Whether the operation belongs to this type. */
  public boolean takes(OperationKind kind) {
    return switch (this) {
      case REGISTER -> kind == OperationKind.PUT || kind == OperationKind.DELETE;
      case COUNTER -> kind == OperationKind.ADD;
    };
  }

  /** As written in the catalog. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
