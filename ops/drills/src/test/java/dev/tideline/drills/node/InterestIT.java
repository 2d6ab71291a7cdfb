package dev.tideline.drills.node;

import static dev.tideline.drills.node.Edges.add;
import static dev.tideline.drills.node.Edges.await;
import static dev.tideline.drills.node.Edges.player;
import static dev.tideline.drills.node.Edges.put;
import static dev.tideline.drills.node.Edges.putTogether;
import static dev.tideline.drills.node.Edges.read;
import static dev.tideline.drills.node.Edges.settle;
import static dev.tideline.drills.node.Edges.stays;
import static dev.tideline.drills.node.Edges.stock;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.edge.EdgeNode;
import dev.tideline.hub.OpenHub;
import dev.tideline.model.Interest;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Edges that want only some of it. */
@Timeout(120)
final class InterestIT {

  private static final Interest ZONE_B = Interest.parse("zone=b");

  @TempDir private Path directory = Path.of("");
  private final OpenHub hub = new OpenHub();
  private final FrameProxy proxy = new FrameProxy(hub.port());
  private @Nullable EdgeNode started;

  @BeforeEach
  void start() {
    started = Edges.start("writer", directory, hub.port());
    await(() -> writer().status().catalog().known());
    put(writer(), "a/1", "a");
    put(writer(), "b/1", "b");
    put(writer(), "b/2", "b");
    add(writer(), "b/sum", 5);
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

  private EdgeNode zoneA() {
    var edge = Edges.start("some", directory, proxy.port(), "interest", "zone=a");
    await(() -> read(edge, player("a/1")).equals("a"));
    return edge;
  }

  @Test
  void whatIsOutsideIsReadThroughAndOwnWritesThereAreAnswered() {
    try (var edge = zoneA()) {
      assertThat(read(edge, player("b/1"))).isEqualTo("TL-OUT-OF-INTEREST");
      assertThat(Edges.text(edge.readThrough(player("b/1")).join())).isEqualTo("b");
      add(edge, "b/sum", 1);
      settle(edge);
      assertThat(Edges.text(edge.readThrough(stock("b/sum")).join())).isEqualTo("6");
      assertThat(read(edge, stock("b/sum"))).isEqualTo("TL-OUT-OF-INTEREST");
      await(() -> read(writer(), stock("b/sum")).equals("6"));
    }
  }

  @Test
  void whatIsAddedIsReadOnceItIsWholeAndFollowsFromThereOn() {
    try (var edge = zoneA()) {
      proxy.cutSnapshotsAfter(1);
      assertThat(edge.interests().add(ZONE_B)).isEmpty();
      await(() -> proxy.requests().size() > 1);
      assertThat(read(edge, player("b/1"))).isEqualTo("TL-LOADING");
      put(writer(), "b/1", "newer");
      settle(writer());
      assertThat(read(edge, player("b/1"))).isEqualTo("TL-LOADING");
      proxy.cutSnapshotsAfter(Integer.MAX_VALUE);
      await(() -> read(edge, player("b/1")).equals("newer"));
      assertThat(read(edge, player("b/2"))).isEqualTo("b");
      assertThat(read(edge, stock("b/sum"))).isEqualTo("5");
      put(writer(), "b/2", "followed");
      await(() -> read(edge, player("b/2")).equals("followed"));
    }
    try (var edge = Edges.start("some", directory, 1)) {
      assertThat(read(edge, player("b/2"))).isEqualTo("followed");
    }
  }

  /** The snapshot is newer than where the stream stands: half of what was written at once. */
  @Test
  void whatIsAddedIsNotReadBeforeTheStreamHasCaughtUpWithItsSnapshot() {
    putTogether(writer(), "old", "p/a", "p/b");
    settle(writer());
    try (var edge =
        Edges.start("some", directory, proxy.port(), "interest", "prefix=players/p/a")) {
      await(() -> read(edge, player("p/a")).equals("old"));
      proxy.cutSnapshotsAfter(1);
      assertThat(edge.interests().add(Interest.parse("prefix=players/p/b"))).isEmpty();
      await(() -> !proxy.requests().isEmpty());
      proxy.hold();
      putTogether(writer(), "new", "p/a", "p/b");
      settle(writer());
      proxy.cutSnapshotsAfter(Integer.MAX_VALUE);
      await(() -> proxy.ends() > 0);
      stays(
          () ->
              read(edge, player("p/a")).equals("old")
                  && read(edge, player("p/b")).equals("TL-LOADING"));
      proxy.passOn();
      await(() -> read(edge, player("p/b")).equals("new"));
      assertThat(read(edge, player("p/a"))).isEqualTo("new");
    }
  }

  @Test
  void whatWasLeftAndIsGoneAtTheHubDoesNotComeBack() {
    try (var edge = zoneA()) {
      assertThat(edge.interests().add(ZONE_B)).isEmpty();
      await(() -> read(edge, player("b/1")).equals("b"));
      edge.interests().remove(ZONE_B);
      assertThat(read(edge, player("b/1"))).isEqualTo("TL-OUT-OF-INTEREST");
      hub.forgetKey(player("b/1"));
      assertThat(edge.interests().add(ZONE_B)).isEmpty();
      await(() -> read(edge, player("b/2")).equals("b"));
      assertThat(read(edge, player("b/1"))).isEmpty();
    }
  }
}
