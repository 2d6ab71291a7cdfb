package dev.tideline.runtime.telemetry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Everything that a node counts, read as Prometheus text (format 0.0.4). Written by hand rather
 * than taken from a library, because recording lies on the path of every read: a counter is a
 * {@link LongAdder} and a {@link Histogram} an array of them, which cost some nanoseconds, are
 * striped by thread and allocate nothing. Names follow the conventions of Prometheus: a unit and,
 * for what only grows, {@code _total} at the end; the label names of a family are always the same.
 *
 * <p>Registering the same name and labels again gives the same counter. Safe for threads.
 */
public final class Metrics {

  /** The media type of {@link #text}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final Map<String, MetricFamily> families = new ConcurrentSkipListMap<>();

  /**
   * One value of a family whose label values come and go, such as those for each edge.
   *
   * @param labels name, value, name, value …
   */
  public record Sample(double value, List<String> labels) {
    public Sample(double value, String... labels) {
      this(value, List.of(labels));
    }
  }

  /**
   * Something that only grows, counted here.
   *
   * @param labels name, value, name, value …
   */
  public LongAdder counter(String name, String help, String... labels) {
    return family(name, "counter", help).counter(labels);
  }

  /** Something that only grows, counted elsewhere. */
  public void counter(String name, String help, DoubleSupplier value, String... labels) {
    family(name, "counter", help).put(value, labels);
  }

  /** Something that goes up and down, asked for when it is read. */
  public void gauge(String name, String help, DoubleSupplier value, String... labels) {
    family(name, "gauge", help).put(value, labels);
  }

  /** A gauge for each of things that come and go. */
  public void gauges(String name, String help, Supplier<List<Sample>> samples) {
    family(name, "gauge", help).samples(samples);
  }

  /**
   * How long something took, recorded in nanoseconds and told in seconds.
   *
   * @param name ends in {@code _seconds}
   */
  public Histogram seconds(String name, String help, String... labels) {
    return histogram(name, help, Histogram::ofNanoseconds, labels);
  }

  /** How large something was, recorded and told as it is. */
  public Histogram sizes(String name, String help, String... labels) {
    return histogram(name, help, Histogram::ofSizes, labels);
  }

  private Histogram histogram(
      String name, String help, Supplier<Histogram> maker, String... labels) {
    return family(name, "histogram", help).histogram(maker, labels);
  }

  private MetricFamily family(String name, String type, String help) {
    var family = families.computeIfAbsent(name, n -> new MetricFamily(n, type, help));
    family.require(type, help);
    return family;
  }

  /** All of it, by name. */
  public String text() {
    var text = new StringBuilder();
    families.values().forEach(family -> family.write(text));
    return text.toString();
  }
}
