package dev.tideline.drills.node;

import static dev.tideline.drills.node.Edges.await;
import static dev.tideline.drills.node.Edges.player;
import static dev.tideline.drills.node.Edges.put;
import static dev.tideline.drills.node.Edges.read;
import static dev.tideline.drills.node.Edges.settle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.client.WatchClient.End;
import dev.tideline.edge.EdgeNode;
import dev.tideline.hub.OpenHub;
import dev.tideline.model.Interest;
import dev.tideline.wire.v1.WatchAnswer.AnswerCase;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Watches through what an edge lives through: a base that is replaced, a restart, its interests.
 */
@Timeout(120)
final class WatchIT {

  private static final int KEYS = 300;
  private static final String VALUE = "v".repeat(1_000);

  @TempDir private Path directory = Path.of("");
  private final OpenHub hub = new OpenHub();
  private final FrameProxy proxy = new FrameProxy(hub.port());
  private @Nullable EdgeNode started;

  @BeforeEach
  void start() {
    started = Edges.start("writer", directory, hub.port());
    await(() -> writer().status().catalog().known());
    put(writer(), "z1/kept", "old");
    put(writer(), "z1/gone", "old");
    settle(writer());
  }

  @AfterEach
  void stop() {
    writer().close();
    proxy.close();
    hub.close();
  }

  private EdgeNode writer() {
    return Objects.requireNonNull(started);
  }

  /** The edge "late" holds an old base, and the hub's log no longer reaches back to it. */
  private void leaveBehind() {
    try (var edge = Edges.start("late", directory, proxy.port())) {
      await(() -> read(edge, player("z1/gone")).equals("old"));
    }
    for (int i = 0; i < KEYS; i++) {
      put(writer(), "z" + i % 10 + "/" + i, VALUE);
    }
    put(writer(), "z1/kept", "new");
    settle(writer());
    hub.forgetKey(player("z1/gone"));
    hub.forgetLog();
  }

  @Test
  void aWatchStartsOverWhenAnotherBaseTakesThePlaceOfTheOne() {
    leaveBehind();
    proxy.cutSnapshotsAfter(1);
    try (var edge = Edges.start("late", directory, proxy.port());
        var watch = new FollowedKeys(edge, "z1/")) {
      await(() -> watch.kinds().contains(AnswerCase.MARK));
      assertThat(watch.keys()).isEqualTo(Map.of("z1/kept", "old", "z1/gone", "old"));
      proxy.cutSnapshotsAfter(Integer.MAX_VALUE);
      await(() -> watch.kinds().contains(AnswerCase.START_OVER));
      await(() -> watch.kinds().getLast() == AnswerCase.MARK);
      assertThat(watch.keys())
          .containsEntry("z1/kept", "new")
          .doesNotContainKey("z1/gone")
          .hasSize(1 + KEYS / 10);
      put(writer(), "z1/kept", "newest");
      await(() -> "newest".equals(watch.keys().get("z1/kept")));
      assertThat(watch.kinds()).containsOnlyOnce(AnswerCase.START_OVER);
      assertThat(watch.lost()).as("all of it on one connection").isEmpty();
    }
  }

  @Test
  void aWatchOutlivesARestartOfItsEdge() {
    var first = Edges.start("late", directory, hub.port());
    await(() -> read(first, player("z1/gone")).equals("old"));
    int http = port(first.httpAddress());
    int grpc = port(first.grpcAddress());
    try (var watch = new FollowedKeys(first, "z1/")) {
      await(() -> watch.kinds().contains(AnswerCase.MARK));
      first.close();
      await(() -> !watch.lost().isEmpty());
      put(writer(), "z1/kept", "meanwhile");
      try (var again =
          Edges.start(
              "late", directory, hub.port(), "http.port", "" + http, "grpc.port", "" + grpc)) {
        await(() -> "meanwhile".equals(watch.keys().get("z1/kept")));
        assertThat(watch.kinds()).contains(AnswerCase.START_OVER);
        put(again, "z1/kept", "after");
        await(() -> "after".equals(watch.keys().get("z1/kept")));
      }
    }
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  @Test
  void whatIsNotHeldIsNotWatchedAndAWatchHearsWhenItIsLeft() {
    try (var edge = Edges.start("some", directory, hub.port(), "interest", "zone=z1, zone=z2")) {
      await(() -> read(edge, player("z1/kept")).equals("old"));
      try (var outside = new FollowedKeys(edge, "z3/")) {
        assertThat(outside.refusal()).isEqualTo("TL-OUT-OF-INTEREST");
      }
      try (var left = new FollowedKeys(edge, "z1/");
          var stays = new FollowedKeys(edge, "z2/")) {
        await(() -> left.kinds().contains(AnswerCase.MARK));
        await(() -> stays.kinds().contains(AnswerCase.MARK));
        assertThat(edge.interests().remove(Interest.parse("zone=z1"))).isEmpty();
        assertThat(left.refusal()).isEqualTo("TL-OUT-OF-INTEREST");
        put(edge, "z2/own", "seen");
        await(() -> "seen".equals(stays.keys().get("z2/own")));
        assertThat(stays.end()).isNotInstanceOf(End.Refused.class);
      }
    }
  }
}
