package dev.tideline.drills.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Invoice lines of a wholesaler as scans: {@code invoice,line,stock_code,quantity,country}. What
 * was sold leaves the stock of {@code country/stock_code}, a return comes back; {@code
 * invoice-line} makes each line unique.
 */
public final class ScanFile {
  private static final String HEADER = "invoice,line,stock_code,quantity,country";
  private static final int COLUMNS = 5;

  /** So that a file that is no file of scans does not fill the memory. */
  private static final int LINES_MAX = 5_000_000;

  private final List<Scan> scans = new ArrayList<>();
  private final Map<String, Integer> lineByKey = new HashMap<>();

  private ScanFile() {}

  /**
   * Reads a file, gzipped if its name ends in {@code .gz}.
   *
   * @throws ScanFileException naming the file and the line, if it is not one
   */
  public static ScanFile read(Path file) {
    var read = new ScanFile();
    try (var in = open(file);
        var reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
      read.readAll(file, reader);
    } catch (CharacterCodingException e) {
      throw new ScanFileException(
          "%s:%d: not UTF-8 text".formatted(file, read.scans.size() + 2), e);
    } catch (IOException e) {
      throw new ScanFileException("%s: cannot be read: %s".formatted(file, reason(e)), e);
    }
    return read;
  }

  /** In the order of the file. */
  public List<Scan> scans() {
    return List.copyOf(scans);
  }

  /** What each counter must be in the end, by key. */
  public Map<String, Long> totals() {
    var totals = new TreeMap<String, Long>();
    scans.forEach(scan -> totals.merge(scan.key(), scan.delta(), Math::addExact));
    return totals;
  }

  private static InputStream open(Path file) throws IOException {
    var in = Files.newInputStream(file);
    return file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private static String reason(IOException failure) {
    return failure instanceof java.nio.file.NoSuchFileException
        ? "there is no such file"
        : String.valueOf(failure.getMessage());
  }

  private void readAll(Path file, BufferedReader reader) throws IOException {
    var header = reader.readLine();
    if (!HEADER.equals(header)) {
      throw new ScanFileException(
          "%s:1: the first line must be '%s', not '%s'".formatted(file, HEADER, shorten(header)));
    }
    int number = 1;
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      if (number > LINES_MAX) {
        throw new ScanFileException("%s: more than %,d lines".formatted(file, LINES_MAX));
      }
      try {
        scans.add(parse(line, number));
      } catch (IllegalArgumentException e) {
        throw new ScanFileException(
            "%s:%d: %s: '%s'".formatted(file, number, e.getMessage(), shorten(line)), e);
      }
    }
    if (scans.isEmpty()) {
      throw new ScanFileException(file + ": there is no line after the header");
    }
  }

  private Scan parse(String line, int number) {
    var columns = line.split(",", -1);
    if (columns.length != COLUMNS) {
      throw new IllegalArgumentException(
          "%d columns, where %s has %d".formatted(columns.length, HEADER, COLUMNS));
    }
    for (var column : columns) {
      if (column.isEmpty()) {
        throw new IllegalArgumentException("an empty column");
      }
    }
    var idempotencyKey = columns[0] + "-" + columns[1];
    var earlier = lineByKey.putIfAbsent(idempotencyKey, number);
    if (earlier != null) {
      throw new IllegalArgumentException(
          "invoice line %s stands on line %d already".formatted(idempotencyKey, earlier));
    }
    return new Scan(columns[4] + "/" + columns[2], -quantity(columns[3]), idempotencyKey);
  }

  private static long quantity(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("the quantity is not a whole number", e);
    }
  }

  private static String shorten(@Nullable String line) {
    return line == null ? "" : line.length() <= 80 ? line : line.substring(0, 80) + "…";
  }
}
