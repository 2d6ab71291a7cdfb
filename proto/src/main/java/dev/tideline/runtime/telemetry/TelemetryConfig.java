package dev.tideline.runtime.telemetry;

import dev.tideline.runtime.Setting;
import dev.tideline.runtime.SettingsReader;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a process sends its spans.
 *
 * @param collector OTLP over HTTP; empty for no tracing
 * @param sampling share of the writes without a trace of their own that begin one, 0 to 1
 * @param service name of the kind of process
 * @param instance name of this process
 */
public record TelemetryConfig(
    Optional<URI> collector, double sampling, String service, String instance) {

  private static final Setting OTLP_URL =
      new Setting("otlp.url", "", "an http URL", "a collector of traces, such as http://host:4318");
  private static final Setting OTLP_SAMPLING =
      new Setting(
          "otlp.sampling",
          "1",
          "0 to 1",
          "share of the writes without traceparent that are traced");
  private static final Setting OTLP_SERVICE_NAME =
      new Setting("otlp.service-name", "", "a name", "of the kind of process, in traces");
  private static final Setting OTLP_SERVICE_INSTANCE =
      new Setting("otlp.service-instance", "", "a name", "of this process, in traces");

  private static final List<Setting> SETTINGS =
      List.of(OTLP_URL, OTLP_SAMPLING, OTLP_SERVICE_NAME, OTLP_SERVICE_INSTANCE);

  /** Where collectors listen for traces beneath a URL that names no path. */
  private static final String TRACES_PATH = "/v1/traces";

  /** A process's own settings, followed by those of its telemetry. */
  public static List<Setting> after(Setting... own) {
    return Stream.concat(Stream.of(own), SETTINGS.stream()).toList();
  }

  /** Reads the settings; problems go to the reader. */
  public static TelemetryConfig read(SettingsReader reader, String service, String instance) {
    var name = reader.text(OTLP_SERVICE_NAME);
    var named = reader.text(OTLP_SERVICE_INSTANCE);
    return new TelemetryConfig(
        reader.parsed(OTLP_URL, TelemetryConfig::collector, Optional.empty()),
        reader.parsed(OTLP_SAMPLING, TelemetryConfig::share, 0.0),
        name.isEmpty() ? service : name,
        named.isEmpty() ? instance : named);
  }

  private static Optional<URI> collector(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    var url = URI.create(text);
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null) {
      throw new IllegalArgumentException("it begins with http:// or https:// and names a host");
    }
    var path = url.getPath();
    return Optional.of(path.isEmpty() || path.equals("/") ? url.resolve(TRACES_PATH) : url);
  }

  private static double share(String text) {
    double share = Double.parseDouble(text);
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is neither negative nor above 1");
    }
    return share;
  }
}
