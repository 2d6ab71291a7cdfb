package dev.tideline.drills.chaos.history;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Records what clients do, in memory and one JSON line an operation in a file. For any number of
 * threads.
 */
public final class History implements AutoCloseable {

  private final long beganNs;
  private final AtomicLong numbers = new AtomicLong();
  private final List<Operation> operations = new ArrayList<>();
  private final List<Loss> losses = new ArrayList<>();
  private final Map<String, Long> settledNs = new HashMap<>();
  private final PrintWriter file;

  /** A history that is written to a file as it grows. */
  public History(Path file) throws IOException {
    this(file, System.nanoTime());
  }

  private History(Path file, long beganNs) throws IOException {
    this.file = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8));
    this.beganNs = beganNs;
  }

  /** Another one in which the same things happened so far, and that goes on by itself. */
  public synchronized History fork(Path other, Collection<Operation> sofar) throws IOException {
    var fork = new History(other, beganNs);
    fork.numbers.set(numbers.get());
    sofar.forEach(fork::add);
    losses.forEach(fork::add);
    return fork;
  }

  /** Nanoseconds since it began. */
  public long nowNs() {
    return System.nanoTime() - beganNs;
  }

  /** A number for an operation. */
  public long nextNumber() {
    return numbers.incrementAndGet();
  }

  /** Notes an operation that has ended. */
  public synchronized void add(Operation operation) {
    operations.add(operation);
    file.println(HistoryJson.line(operation));
  }

  /** Notes that everything that an edge acknowledged before a moment is decided. */
  public synchronized void settled(String edge, long beforeNs) {
    settledNs.put(edge, beforeNs);
  }

  /** Notes that an edge is down and has lost what the hub has not decided; see {@link Loss}. */
  public synchronized void lostDisk(String edge, String why) {
    add(new Loss(edge, Loss.Kind.DISK, settledNs.getOrDefault(edge, 0L), nowNs(), why));
  }

  /** Notes a loss. */
  public synchronized void add(Loss loss) {
    losses.add(loss);
    file.println(HistoryJson.line(loss));
  }

  /** Notes something for people who read the file. */
  public synchronized void note(String what) {
    file.println(HistoryJson.note(nowNs(), what));
  }

  /** Everything that has ended so far. */
  public synchronized List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** Every loss so far. */
  public synchronized List<Loss> losses() {
    return List.copyOf(losses);
  }

  @Override
  public synchronized void close() {
    file.close();
  }
}
