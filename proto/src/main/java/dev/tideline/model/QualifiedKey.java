package dev.tideline.model;

/** A key within its namespace: what a table is keyed by. */
public record QualifiedKey(String namespace, Key key) {

  @Override
  public String toString() {
    return namespace + "/" + key;
  }
}
