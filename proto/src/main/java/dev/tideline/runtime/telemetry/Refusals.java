package dev.tideline.runtime.telemetry;

import dev.tideline.runtime.ErrorCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a node refuses, by code; every code is told from the start, with 0. */
public final class Refusals {

  private final Map<ErrorCode, LongAdder> counts = new EnumMap<>(ErrorCode.class);

  /**
   * Counts under one name.
   *
   * @param name of the metric, {@code tideline_…_refusals_total}
   */
  public Refusals(Metrics metrics, String name) {
    for (var code : ErrorCode.values()) {
      var help = "Requests that were refused, by error code.";
      counts.put(code, metrics.counter(name, help, "code", code.code()));
    }
  }

  /** One more; from any thread. */
  public void count(ErrorCode code) {
    var counted = counts.get(code);
    if (counted != null) {
      counted.increment();
    }
  }
}
