package dev.tideline.runtime.telemetry;

/** What a node tells of itself, and with what: one for each node, closed with it. */
public record Telemetry(Metrics metrics, Tracing tracing) implements AutoCloseable {

  /** Telemetry as configured. */
  public static Telemetry start(TelemetryConfig config) {
    var metrics = new Metrics();
    Jvm.register(metrics);
    return new Telemetry(metrics, Tracing.start(config, metrics));
  }

  /** Counts alone, for nodes without a configuration. */
  public static Telemetry countsOnly() {
    return new Telemetry(new Metrics(), Tracing.OFF);
  }

  @Override
  public void close() {
    tracing.close();
  }
}
