package dev.tideline.drills.load;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The scans of a file, dealt to the edges in turn like cards, and spread evenly over a span of time
 * as far as the edges keep up.
 */
public final class FileScans implements ScanSource {

  private final List<Scan> scans;
  private final int edges;
  private final long startNs;
  private final long spanNs;
  private final AtomicIntegerArray dealt;

  /** Begins at once. */
  public FileScans(List<Scan> scans, int edges, Duration span) {
    this.scans = List.copyOf(scans);
    this.edges = edges;
    this.startNs = System.nanoTime();
    this.spanNs = span.toNanos();
    this.dealt = new AtomicIntegerArray(edges);
  }

  @Override
  public Optional<Numbered> next(int edge) throws InterruptedException {
    int index = dealt.getAndIncrement(edge) * edges + edge;
    if (index >= scans.size()) {
      return Optional.empty();
    }
    long dueNs = startNs + (long) ((double) spanNs * index / scans.size());
    long waitNs = dueNs - System.nanoTime();
    if (waitNs > 0) {
      Thread.sleep(Duration.ofNanos(waitNs));
    }
    return Optional.of(new Numbered(index + 1L, scans.get(index)));
  }
}
