package dev.tideline.model;

import java.util.Locale;

/** What an acknowledgement means, from the weakest. */
public enum Durability {
  /** Survives a killed process. */
  MEMORY,
  /** Survives a lost machine: synced at the edge. */
  DISK,
  /** Durable and decided at the hub, and synced at the edge. */
  HUB;

  /** As written in the catalog and in requests. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
