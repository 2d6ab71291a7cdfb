package dev.tideline.runtime.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** All series of one name, with their common type, help and label names. Safe for threads. */
final class MetricFamily {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  private final String name;
  private final String type;
  private final String help;
  private final Map<String, Series> series = new ConcurrentSkipListMap<>();
  private volatile Supplier<List<Metrics.Sample>> comingAndGoing = List::of;
  private volatile List<String> labelNames = List.of();

  /** What stands behind one set of label values. */
  private sealed interface Series {
    record Counted(LongAdder adder) implements Series {}

    record Asked(DoubleSupplier value) implements Series {}

    record Distributed(Histogram histogram) implements Series {}
  }

  MetricFamily(String name, String type, String help) {
    if (!NAME.matcher(name).matches() || type.equals("counter") != name.endsWith("_total")) {
      throw new IllegalArgumentException("'%s' is no name for a %s".formatted(name, type));
    }
    this.name = name;
    this.type = type;
    this.help = help;
  }

  void require(String wantedType, String wantedHelp) {
    if (!type.equals(wantedType) || !help.equals(wantedHelp)) {
      throw new IllegalStateException("metric %s is registered otherwise".formatted(name));
    }
  }

  LongAdder counter(String... labels) {
    var counted = series.computeIfAbsent(key(labels), k -> new Series.Counted(new LongAdder()));
    return ((Series.Counted) counted).adder();
  }

  Histogram histogram(Supplier<Histogram> maker, String... labels) {
    var kept = series.computeIfAbsent(key(labels), k -> new Series.Distributed(maker.get()));
    return ((Series.Distributed) kept).histogram();
  }

  void put(DoubleSupplier value, String... labels) {
    series.put(key(labels), new Series.Asked(value));
  }

  void samples(Supplier<List<Metrics.Sample>> samples) {
    comingAndGoing = samples;
  }

  /** The label names of a family never differ, else sums over it would count some twice. */
  private String key(String... labels) {
    var names = new ArrayList<String>();
    for (int i = 0; i < labels.length; i += 2) {
      names.add(labels[i]);
    }
    synchronized (this) {
      if (series.isEmpty()) {
        labelNames = List.copyOf(names);
      } else if (!labelNames.equals(names)) {
        throw new IllegalStateException(
            "metric %s has the labels %s, not %s".formatted(name, labelNames, names));
      }
    }
    return labels(List.of(labels));
  }

  /** {@code a="1",b="2"}, escaped. */
  private static String labels(List<String> labels) {
    var text = new StringBuilder();
    for (int i = 0; i < labels.size(); i += 2) {
      text.append(i == 0 ? "" : ",").append(labels.get(i)).append("=\"");
      text.append(
          labels.get(i + 1).replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
      text.append('"');
    }
    return text.toString();
  }

  void write(StringBuilder to) {
    var samples = comingAndGoing.get();
    to.append("# HELP ").append(name).append(' ').append(help).append('\n');
    to.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    series.forEach(
        (labels, one) -> {
          switch (one) {
            case Series.Counted(LongAdder adder) ->
                line(to, name, labels, Long.toString(adder.sum()));
            case Series.Asked(DoubleSupplier value) ->
                line(to, name, labels, number(value.getAsDouble()));
            case Series.Distributed(Histogram histogram) -> write(to, labels, histogram);
          }
        });
    for (var sample : samples) {
      line(to, name, labels(sample.labels()), number(sample.value()));
    }
  }

  private void write(StringBuilder to, String labels, Histogram histogram) {
    long count = 0;
    var before = labels.isEmpty() ? "" : labels + ",";
    for (int i = 0; i < histogram.buckets(); i++) {
      count += histogram.count(i);
      line(
          to,
          name + "_bucket",
          before + "le=\"" + number(histogram.bound(i)) + '"',
          Long.toString(count));
    }
    line(to, name + "_sum", labels, number(histogram.sum()));
    line(to, name + "_count", labels, Long.toString(count));
  }

  private static void line(StringBuilder to, String name, String labels, String value) {
    to.append(name);
    if (!labels.isEmpty()) {
      to.append('{').append(labels).append('}');
    }
    to.append(' ').append(value).append('\n');
  }

  private static String number(double value) {
    if (value == Double.POSITIVE_INFINITY) {
      return "+Inf";
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? Long.toString((long) value) : Double.toString(value);
  }
}
