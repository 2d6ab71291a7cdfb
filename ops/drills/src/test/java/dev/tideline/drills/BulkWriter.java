package dev.tideline.drills;

import dev.tideline.client.Bytes;
import dev.tideline.client.PersistentWriter;
import dev.tideline.client.Reply;
import dev.tideline.client.Write;
import dev.tideline.client.WriteOptions;
import dev.tideline.client.Written;
import dev.tideline.drills.load.BusyEdge;
import dev.tideline.drills.load.Ledger;
import java.time.Duration;

/** Writes values so large that logs fill and checkpoints take their time; repeats what failed. */
final class BulkWriter implements AutoCloseable {
  private static final int KEYS = 100;
  private static final int VALUE_BYTES = 32 * 1024;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final BusyEdge edge;
  private final Ledger ledger;
  private final Thread thread;
  private volatile boolean goesOn = true;

  BulkWriter(BusyEdge edge, Ledger ledger) {
    this.edge = edge;
    this.ledger = ledger;
    thread =
        Thread.ofVirtual()
            .name("bulk")
            .uncaughtExceptionHandler((t, failure) -> ledger.fail("the bulk broke: " + failure))
            .start(this::run);
  }

  private void run() {
    for (int round = 0; goesOn; round++) {
      var text = "%08d".formatted(round).repeat(VALUE_BYTES / 8);
      var put = new Write.Action.Put(Bytes.utf8(text), "text/plain");
      var write =
          new Write("players", "bulk/" + round % KEYS, put, WriteOptions.keyed("bulk " + round));
      ledger.touch(write);
      var writer = new PersistentWriter(edge::write);
      switch (writer.write(write, System.nanoTime() + PATIENCE.toNanos())) {
        case Reply.Ok<Written>(var written) -> ledger.acknowledge(edge.index(), written);
        case Reply<Written> failed -> ledger.fail("a bulk write came to nothing: " + failed);
      }
    }
  }

  @Override
  public void close() {
    goesOn = false;
    try {
      if (!thread.join(Duration.ofMinutes(2))) {
        throw new IllegalStateException("the bulk does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
