package dev.tideline.drills.load;

import dev.tideline.client.PersistentWriter;
import dev.tideline.client.Reply;
import dev.tideline.client.Write;
import dev.tideline.client.Written;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One warehouse scanner: sends each scan until it is acknowledged. As users do, it sends every
 * tenth scan twice, and every twentieth once more at another edge, always under the scan's own
 * idempotency key: none of that may count.
 */
final class Scanner implements Runnable {
  private static final int TWICE_EACH = 10;
  private static final int ELSEWHERE_EACH = 20;

  /** Much longer than any restart here takes. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final BusyEdge home;
  private final List<BusyEdge> edges;
  private final ScanSource source;
  private final Ledger ledger;
  private final BooleanSupplier goesOn;

  Scanner(
      BusyEdge home,
      List<BusyEdge> edges,
      ScanSource source,
      Ledger ledger,
      BooleanSupplier goesOn) {
    this.home = home;
    this.edges = edges;
    this.source = source;
    this.ledger = ledger;
    this.goesOn = goesOn;
  }

  @Override
  public void run() {
    try {
      while (goesOn.getAsBoolean()) {
        var next = source.next(home.index());
        if (next.isEmpty()) {
          return;
        }
        scan(next.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void scan(ScanSource.Numbered numbered) {
    var scan = numbered.scan();
    send(home, scan);
    if (numbered.number() % TWICE_EACH == 0) {
      send(home, scan);
    }
    if (numbered.number() % ELSEWHERE_EACH == 0) {
      send(edges.get((home.index() + 1) % edges.size()), scan);
    }
  }

  private void send(BusyEdge edge, Scan scan) {
    var write = Write.add("inventory", scan.key(), scan.delta(), scan.idempotencyKey());
    ledger.touch(write);
    var writer = new PersistentWriter(edge::write);
    switch (writer.write(write, System.nanoTime() + PATIENCE.toNanos())) {
      case Reply.Ok<Written>(var written) -> {
        ledger.acknowledge(edge.index(), written);
        ledger.count(scan);
      }
      case Reply.Refused<Written>(var problem) ->
          ledger.fail(
              "edge %s refused scan %s: %s"
                  .formatted(edge.id(), scan.idempotencyKey(), problem.sentence()));
      case Reply.Unreachable<Written>(var address, var reason, var sent) ->
          ledger.fail(
              "edge %s did not acknowledge scan %s within %d s: %s"
                  .formatted(edge.id(), scan.idempotencyKey(), PATIENCE.toSeconds(), reason));
    }
  }
}
