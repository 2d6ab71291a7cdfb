package dev.tideline.drills.load;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Scans without end: each edge has a warehouse of its own, and one in four scans goes to a few
 * articles of a warehouse that all edges share.
 */
public final class GeneratedScans implements ScanSource {
  private static final int ARTICLES = 100;
  private static final int ARTICLES_SHARED = 5;
  private static final int UNITS_MOST = 12;

  /** Between two scans of one scanner; the machine is left time to start processes in. */
  private static final int PAUSE_MS = 25;

  private final AtomicLong count = new AtomicLong();

  @Override
  public Optional<Numbered> next(int edge) throws InterruptedException {
    var random = ThreadLocalRandom.current();
    Thread.sleep(random.nextInt(PAUSE_MS * 2));
    var key =
        random.nextInt(4) == 0
            ? "depot/article-%d".formatted(random.nextInt(ARTICLES_SHARED))
            : "warehouse-%d/article-%d".formatted(edge + 1, random.nextInt(ARTICLES));
    long number = count.incrementAndGet();
    var scan = new Scan(key, random.nextInt(1, UNITS_MOST + 1), "scan-" + number);
    return Optional.of(new Numbered(number, scan));
  }
}
