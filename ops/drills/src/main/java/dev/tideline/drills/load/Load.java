package dev.tideline.drills.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Scanners, game servers and a visibility probe at every edge, until told to stop. */
public final class Load implements AutoCloseable {

  /**
   * How much.
   *
   * @param scanners at each edge
   * @param gameServers at each edge
   * @param probe whether to measure visibility between edges
   */
  public record Size(int scanners, int gameServers, boolean probe) {}

  private final List<BusyEdge> edges;
  private final Ledger ledger;
  private final Meter visibility = new Meter();
  private final AtomicLong faultEpoch = new AtomicLong();
  private final List<Thread> scanners = new ArrayList<>();
  private final List<Thread> others = new ArrayList<>();
  private volatile boolean goesOn = true;

  private Load(List<BusyEdge> edges, Ledger ledger) {
    this.edges = List.copyOf(edges);
    this.ledger = ledger;
  }

  /** Begins. */
  public static Load start(List<BusyEdge> edges, ScanSource scans, Size size, Ledger ledger) {
    var load = new Load(edges, ledger);
    for (var edge : edges) {
      for (int i = 0; i < size.scanners(); i++) {
        load.scanners.add(
            load.start("scanner-" + i, new Scanner(edge, edges, scans, ledger, load::goesOn)));
      }
      for (int i = 0; i < size.gameServers(); i++) {
        load.others.add(load.start("game-" + i, new GameServer(edge, ledger, load::goesOn)));
      }
    }
    if (size.probe() && edges.size() > 1) {
      load.others.add(load.start("probe", load.newProbe()));
    }
    return load;
  }

  /** The edges under load. */
  public List<BusyEdge> edges() {
    return edges;
  }

  /** Times until a write at one edge was seen at another, while nothing was broken. */
  public Meter visibility() {
    return visibility;
  }

  /** Says that something is being broken, so that visibility is not measured. */
  public void faultBegins() {
    faultEpoch.updateAndGet(epoch -> epoch | 1);
  }

  /** Says that everything works again. */
  public void faultEnds() {
    faultEpoch.updateAndGet(epoch -> (epoch | 1) + 1);
  }

  /** Whether every scanner has run out of scans. */
  public boolean scansDone() {
    return scanners.stream().noneMatch(Thread::isAlive);
  }

  /** Begins no further request; returns when those under way are acknowledged or given up. */
  @Override
  public void close() {
    goesOn = false;
    scanners.forEach(Load::join);
    others.forEach(Load::join);
  }

  private VisibilityProbe newProbe() {
    return new VisibilityProbe(edges, ledger, visibility, faultEpoch::get, this::goesOn);
  }

  private boolean goesOn() {
    return goesOn;
  }

  private Thread start(String name, Runnable user) {
    return Thread.ofVirtual()
        .name(name)
        .uncaughtExceptionHandler((thread, failure) -> ledger.fail(name + " broke: " + failure))
        .start(user);
  }

  private static void join(Thread thread) {
    try {
      if (!thread.join(Duration.ofMinutes(2))) {
        throw new IllegalStateException(thread.getName() + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
