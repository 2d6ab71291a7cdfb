package dev.tideline.client;

import java.util.Locale;

/** What an acknowledgement promises; each level includes the ones before it. */
public enum Ack {
  /** Survives a killed process. */
  MEMORY,
  /** Synced to the edge's disk. */
  DISK,
  /** Durable and decided at the hub. */
  HUB;

  /** Reads it in any case. */
  static Ack parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** As written in a query. */
  String parameter() {
    return name().toLowerCase(Locale.ROOT);
  }
}
