package dev.tideline.drills.load;

import dev.tideline.client.Bytes;
import dev.tideline.client.Reply;
import dev.tideline.client.Value;
import dev.tideline.client.Write;
import dev.tideline.client.Written;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Measures how long a write takes to be seen at another edge: writes a marker at one and reads at
 * the next until it is there; from sending the write until the read that shows it has returned.
 * Only undisturbed attempts count: those that a fault overlaps measure the fault.
 */
final class VisibilityProbe implements Runnable {
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(2);
  private static final int PAUSE_MS = 100;
  private static final String KEY = "probe/marker";

  private final List<BusyEdge> edges;
  private final Ledger ledger;
  private final Meter visibility;
  private final LongSupplier faultEpoch;
  private final BooleanSupplier goesOn;

  /**
   * A probe over all edges in turn.
   *
   * @param faultEpoch even while there is no fault; changes with every begin and end of one
   */
  VisibilityProbe(
      List<BusyEdge> edges,
      Ledger ledger,
      Meter visibility,
      LongSupplier faultEpoch,
      BooleanSupplier goesOn) {
    this.edges = edges;
    this.ledger = ledger;
    this.visibility = visibility;
    this.faultEpoch = faultEpoch;
    this.goesOn = goesOn;
  }

  @Override
  public void run() {
    try {
      for (int round = 0; goesOn.getAsBoolean(); round++) {
        probe(
            edges.get(round % edges.size()),
            edges.get((round + 1) % edges.size()),
            Bytes.utf8("round-" + round));
        Thread.sleep(ThreadLocalRandom.current().nextInt(PAUSE_MS, PAUSE_MS * 2));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void probe(BusyEdge from, BusyEdge to, Bytes marker) {
    long epoch = faultEpoch.getAsLong();
    if (epoch % 2 != 0) {
      return;
    }
    var write = Write.put("players", KEY, marker, "text/plain");
    ledger.touch(write);
    long startNs = System.nanoTime();
    if (!(from.client().write(write) instanceof Reply.Ok<Written>(var written))) {
      return;
    }
    ledger.acknowledge(from.index(), written);
    while (System.nanoTime() - startNs < PATIENCE_NS) {
      if (to.client().get("players", KEY) instanceof Reply.Ok<Value>(var value)
          && value.bytes().equals(marker)) {
        if (faultEpoch.getAsLong() == epoch) {
          visibility.record(System.nanoTime() - startNs);
        }
        return;
      }
    }
  }
}
