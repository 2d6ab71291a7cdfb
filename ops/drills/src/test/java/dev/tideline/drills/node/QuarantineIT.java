package dev.tideline.drills.node;

import static dev.tideline.drills.node.Edges.await;
import static dev.tideline.drills.node.Edges.player;
import static dev.tideline.drills.node.Edges.put;
import static dev.tideline.drills.node.Edges.read;
import static dev.tideline.drills.node.Edges.settle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.drills.Exposition;
import dev.tideline.edge.EdgeNode;
import dev.tideline.hub.OpenHub;
import dev.tideline.model.Interest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An edge whose table is full: keys that found no room are served again once there is some. */
@Timeout(120)
final class QuarantineIT {

  /** The least that a table may be set to. */
  private static final int ROOM = 1_000;

  private static final int MISSED = 40;

  @TempDir private Path directory = Path.of("");

  private final OpenHub hub = new OpenHub();

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void whatFoundNoRoomIsServedAfterAStartWithMoreRoom() {
    int keys = ROOM + MISSED;
    try (var writer = edge("writer", 4 * ROOM)) {
      write(writer, "a", keys);
      try (var small = edge("small", ROOM)) {
        await(() -> quarantined(small) == MISSED);
        assertThat(refused(small, "a", keys)).isEqualTo(MISSED);
      }
      try (var small = edge("small", 2 * ROOM)) {
        await(() -> quarantined(small) == 0);
        check(small, "a", keys);
      }
    }
  }

  @Test
  void whatFoundNoRoomIsServedSoonAfterRoomIsMade() {
    int keys = (ROOM + MISSED) / 2;
    try (var writer = edge("writer", 4 * ROOM)) {
      write(writer, "a", keys);
      try (var small = edge("small", ROOM, "interest", "zone=a,zone=b")) {
        await(() -> read(small, player("a/0")).equals("value a 0"));
        write(writer, "b", keys);
        await(() -> quarantined(small) == MISSED);
        assertThat(refused(small, "b", keys)).isEqualTo(MISSED);

        small.interests().remove(Interest.parse("zone=a"));

        await(() -> quarantined(small) == 0);
        check(small, "b", keys);
        put(writer, "b/1", "later");
        await(() -> read(small, player("b/1")).equals("later"));
      }
    }
  }

  private static long refused(EdgeNode small, String zone, int keys) {
    long refused = 0;
    for (int i = 0; i < keys; i++) {
      refused += read(small, player(zone + "/" + i)).equals("TL-QUARANTINED") ? 1 : 0;
    }
    return refused;
  }

  private static void write(EdgeNode writer, String zone, int keys) {
    await(() -> writer.status().catalog().known());
    for (int i = 0; i < keys; i++) {
      put(writer, zone + "/" + i, "value %s %d".formatted(zone, i));
    }
    settle(writer);
  }

  private static void check(EdgeNode edge, String zone, int keys) {
    for (int i = 0; i < keys; i++) {
      assertThat(read(edge, player(zone + "/" + i))).isEqualTo("value %s %d".formatted(zone, i));
    }
  }

  private static double quarantined(EdgeNode edge) {
    return Exposition.at(edge.httpAddress()).value("tideline_edge_quarantined_keys");
  }

  private EdgeNode edge(String id, int room, String... settings) {
    var all = new String[settings.length + 2];
    all[0] = "table.entries-max";
    all[1] = Integer.toString(room);
    System.arraycopy(settings, 0, all, 2, settings.length);
    return Edges.start(id, directory, hub.port(), all);
  }
}
