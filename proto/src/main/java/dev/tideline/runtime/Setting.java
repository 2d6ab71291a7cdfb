package dev.tideline.runtime;

import java.util.Locale;

/**
 * One thing that can be configured.
 *
 * @param key as written on the command line, {@code part.part-of-name}
 * @param fallback used where nothing is given; empty if there is none
 * @param unit of the value, or its form
 * @param reason what it is for, and why the default is what it is
 */
public record Setting(String key, String fallback, String unit, String reason) {

  /** The environment variable that gives it: {@code TIDELINE_PART_PART_OF_NAME}. */
  public String environmentVariable() {
    return "TIDELINE_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
