package dev.tideline.drills.load;

import dev.tideline.client.Bytes;
import dev.tideline.client.Reply;
import dev.tideline.client.Write;
import dev.tideline.client.Written;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * One game server: reads players at its edge and updates one now and then. A few players are
 * updated at every edge, so that writes conflict. It does not repeat a failed update, as a game
 * would not: the next one is on its way.
 */
final class GameServer implements Runnable {
  private static final int PLAYERS = 100;
  private static final int PLAYERS_SHARED = 5;
  private static final int READS_PER_UPDATE = 9;

  /** Between two rounds of reads and an update. */
  private static final int PAUSE_MS = 20;

  private final BusyEdge edge;
  private final Ledger ledger;
  private final BooleanSupplier goesOn;

  GameServer(BusyEdge edge, Ledger ledger, BooleanSupplier goesOn) {
    this.edge = edge;
    this.ledger = ledger;
    this.goesOn = goesOn;
  }

  @Override
  public void run() {
    try {
      for (long round = 0; goesOn.getAsBoolean(); round++) {
        for (int i = 0; i < READS_PER_UPDATE; i++) {
          edge.read("players", player());
        }
        update(player(), round);
        Thread.sleep(ThreadLocalRandom.current().nextInt(PAUSE_MS * 2));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void update(String player, long round) {
    var state =
        "{\"hp\":%d,\"server\":\"%s-%s\",\"round\":%d}"
            .formatted(
                ThreadLocalRandom.current().nextInt(100),
                edge.id(),
                Thread.currentThread().getName(),
                round);
    var write = Write.put("players", player, Bytes.utf8(state), "application/json");
    ledger.touch(write);
    switch (edge.write(write)) {
      case Reply.Ok<Written>(var written) -> ledger.acknowledge(edge.index(), written);
      case Reply.Refused<Written>(var problem) when problem.status() != 503 ->
          ledger.fail("edge %s refused an update: %s".formatted(edge.id(), problem.sentence()));
      case Reply<Written> passing -> {}
    }
  }

  private String player() {
    var random = ThreadLocalRandom.current();
    return random.nextInt(10) == 0
        ? "arena/player-%d".formatted(random.nextInt(PLAYERS_SHARED))
        : "shard-%d/player-%d".formatted(edge.index() + 1, random.nextInt(PLAYERS));
  }
}
