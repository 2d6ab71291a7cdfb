package dev.tideline.drills;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Prometheus text (format 0.0.4), read as strictly as it is written: every sample belongs to the
 * family whose HELP and TYPE stand directly before, no sample comes twice, counters end in {@code
 * _total} and are no less than 0, the buckets of a histogram grow up to its count.
 */
public final class Exposition {
  private static final String LABEL = "[a-z][a-z0-9_]*=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\"";
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-z][a-z0-9_]*)(?:\\{("
              + LABEL
              + "(?:,"
              + LABEL
              + ")*)})? (NaN|[+-]Inf|-?[0-9.E+-]+)");
  private static final Pattern HELP = Pattern.compile("# HELP ([a-z][a-z0-9_]*) (\\S.*)");
  private static final Pattern TYPE =
      Pattern.compile("# TYPE ([a-z][a-z0-9_]*) (counter|gauge|histogram)");

  private final Map<String, Double> samples = new LinkedHashMap<>();
  private final Map<String, Set<String>> labelNames = new HashMap<>();
  private final Set<String> families = new HashSet<>();
  private String family = "";
  private String type = "";

  private Exposition() {}

  /** What a node answers at the moment. */
  public static Exposition at(String url) {
    var request = HttpRequest.newBuilder(URI.create(url + "/metrics")).build();
    try (var http = HttpClient.newHttpClient()) {
      return parse(http.send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads it, failing at the first line that is not as it should be. */
  static Exposition parse(String text) {
    assertThat(text).endsWith("\n");
    var exposition = new Exposition();
    text.lines().forEach(exposition::line);
    exposition.checkHistograms();
    return exposition;
  }

  /** The value of a sample, {@code name{label="value"}}; fails if there is none. */
  public double value(String sample) {
    assertThat(samples).containsKey(sample);
    return samples.getOrDefault(sample, Double.NaN);
  }

  private void line(String line) {
    var help = HELP.matcher(line);
    var typed = TYPE.matcher(line);
    if (help.matches()) {
      family = help.group(1);
      type = "";
      assertThat(families.add(family)).as("%s comes once", family).isTrue();
    } else if (typed.matches()) {
      assertThat(typed.group(1)).isEqualTo(family);
      type = typed.group(2);
      assertThat(family.endsWith("_total")).as(line).isEqualTo(type.equals("counter"));
    } else {
      sample(line);
    }
  }

  private void sample(String line) {
    var sample = SAMPLE.matcher(line);
    assertThat(sample.matches()).as("'%s' is a sample", line).isTrue();
    var name = sample.group(1);
    assertThat(type).as("'%s' has a type before it", line).isNotEmpty();
    assertThat(name).isIn(names());
    var labels = sample.group(2) == null ? "" : sample.group(2);
    var known = labelNames.computeIfAbsent(name, n -> labelNames(labels));
    assertThat(labelNames(labels)).as(line).isEqualTo(known);
    double value =
        switch (sample.group(3)) {
          case "+Inf" -> Double.POSITIVE_INFINITY;
          case "-Inf" -> Double.NEGATIVE_INFINITY;
          default -> Double.parseDouble(sample.group(3));
        };
    assertThat(type.equals("gauge") || value >= 0).as(line).isTrue();
    var key = labels.isEmpty() ? name : name + "{" + labels + "}";
    assertThat(samples.put(key, value)).as("%s comes once", key).isNull();
  }

  private Set<String> names() {
    return type.equals("histogram")
        ? Set.of(family + "_bucket", family + "_sum", family + "_count")
        : Set.of(family);
  }

  private static Set<String> labelNames(String labels) {
    var names = new HashSet<String>();
    var label = Pattern.compile(LABEL).matcher(labels);
    while (label.find()) {
      names.add(label.group().substring(0, label.group().indexOf('=')));
    }
    return names;
  }

  private void checkHistograms() {
    var last = new TreeMap<String, Double>();
    samples.forEach(
        (key, value) -> {
          int le = key.indexOf("le=\"");
          if (key.contains("_bucket{") && le > 0) {
            var series = key.substring(0, le);
            assertThat(value).as(key).isGreaterThanOrEqualTo(last.getOrDefault(series, 0.0));
            last.put(series, value);
            if (key.endsWith("le=\"+Inf\"}")) {
              assertThat(value).as(key).isEqualTo(samples.get(countOf(series)));
            }
          }
        });
  }

  private static String countOf(String series) {
    var labels = series.substring(series.indexOf('{') + 1).replaceAll(",$", "");
    var name = series.substring(0, series.indexOf("_bucket{")) + "_count";
    return labels.isEmpty() ? name : name + "{" + labels + "}";
  }
}
