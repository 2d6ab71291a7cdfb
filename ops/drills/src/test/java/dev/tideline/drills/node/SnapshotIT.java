package dev.tideline.drills.node;

import static dev.tideline.drills.node.Edges.add;
import static dev.tideline.drills.node.Edges.await;
import static dev.tideline.drills.node.Edges.player;
import static dev.tideline.drills.node.Edges.put;
import static dev.tideline.drills.node.Edges.read;
import static dev.tideline.drills.node.Edges.settle;
import static dev.tideline.drills.node.Edges.stock;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.edge.EdgeNode;
import dev.tideline.hub.OpenHub;
import dev.tideline.wire.v1.SnapshotRequest;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Edges that the hub's log no longer reaches. */
@Timeout(120)
final class SnapshotIT {

  private static final int KEYS = 1_500;
  private static final String VALUE = "v".repeat(1_000);

  @TempDir private Path directory = Path.of("");
  private final OpenHub hub = new OpenHub();
  private final FrameProxy proxy = new FrameProxy(hub.port());
  private @Nullable EdgeNode started;

  @BeforeEach
  void start() {
    started = Edges.start("writer", directory, hub.port());
    await(() -> writer().status().catalog().known());
  }

  private EdgeNode writer() {
    return Objects.requireNonNull(started);
  }

  @AfterEach
  void stop() {
    writer().close();
    proxy.close();
    hub.close();
  }

  private void fill() {
    for (int i = 0; i < KEYS; i++) {
      put(writer(), "z" + i % 100 + "/" + i, VALUE + i);
    }
    add(writer(), "z1/sum", 5);
    settle(writer());
  }

  private void assertFull(EdgeNode edge) {
    for (int i = 0; i < KEYS; i++) {
      assertThat(read(edge, player("z" + i % 100 + "/" + i))).as("key %d", i).isEqualTo(VALUE + i);
    }
    assertThat(read(edge, stock("z1/sum"))).isEqualTo("5");
  }

  @Test
  void aNewEdgeLoadsWhatTheLogNoLongerHolds() {
    fill();
    hub.forgetLog();
    try (var edge = Edges.start("late", directory, proxy.port())) {
      await(() -> !read(edge, player("z0/0")).startsWith("TL-"));
      assertFull(edge);
      assertThat(proxy.requests()).hasSize(1);
      put(writer(), "z0/0", "after");
      await(() -> read(edge, player("z0/0")).equals("after"));
    }
    await(() -> hub.pinned() >= hub.records());
  }

  @Test
  void whileItsFirstBaseIsLoadedAnEdgeSaysSo() {
    fill();
    hub.forgetLog();
    proxy.cutSnapshotsAfter(1);
    try (var edge = Edges.start("late", directory, proxy.port())) {
      await(() -> proxy.requests().size() > 1);
      assertThat(read(edge, player("z0/0"))).isEqualTo("TL-LOADING");
      assertThat(Edges.text(edge.readThrough(player("z0/0")).join())).isEqualTo(VALUE + 0);
      proxy.cutSnapshotsAfter(Integer.MAX_VALUE);
      await(() -> read(edge, player("z0/0")).equals(VALUE + 0));
    }
  }

  @Test
  void aSnapshotThatIsCutBehindEveryChunkArrivesInTheEnd() {
    fill();
    hub.forgetLog();
    proxy.cutSnapshotsAfter(2);
    try (var edge = Edges.start("late", directory, proxy.port())) {
      await(() -> read(edge, player("z0/0")).equals(VALUE + 0));
      assertFull(edge);
      assertThat(proxy.requests().stream().map(SnapshotRequest::getResumeToken).distinct())
          .as("each goes on where the one before was cut")
          .hasSizeGreaterThan(3);
    }
  }

  @Test
  void anEdgeBehindTheLogServesItsOldBaseUntilTheNewOneIsWhole() {
    put(writer(), "z1/kept", "old");
    put(writer(), "z2/gone", "old");
    settle(writer());
    try (var edge = Edges.start("late", directory, proxy.port())) {
      await(() -> read(edge, player("z2/gone")).equals("old"));
    }
    fill();
    put(writer(), "z1/kept", "new");
    settle(writer());
    hub.forgetKey(player("z2/gone"));
    hub.forgetLog();
    proxy.cutSnapshotsAfter(1);
    try (var edge = Edges.start("late", directory, proxy.port())) {
      await(() -> proxy.requests().size() > 1);
      assertThat(read(edge, player("z1/kept"))).isEqualTo("old");
      assertThat(read(edge, player("z2/gone"))).isEqualTo("old");
      put(edge, "z3/own", "mine");
      add(edge, "z1/sum", 1);
      assertThat(read(edge, player("z3/own"))).isEqualTo("mine");
      put(writer(), "z1/kept", "newest");
      settle(writer());

      proxy.cutSnapshotsAfter(Integer.MAX_VALUE);
      await(() -> read(edge, player("z1/kept")).equals("newest"));
      assertThat(read(edge, player("z2/gone"))).as("absent from the snapshot").isEmpty();
      assertThat(read(edge, player("z3/own"))).isEqualTo("mine");
      assertThat(read(edge, stock("z1/sum"))).as("counted once").isEqualTo("6");
      settle(edge);
      assertThat(read(edge, stock("z1/sum"))).isEqualTo("6");
      await(() -> read(writer(), stock("z1/sum")).equals("6"));
    }
    try (var again = Edges.start("late", directory, 1)) {
      assertThat(read(again, player("z1/kept"))).isEqualTo("newest");
      assertThat(read(again, player("z2/gone"))).isEmpty();
      assertThat(read(again, stock("z1/sum"))).isEqualTo("6");
    }
  }

  @Test
  void aLoadThatARestartInterruptsIsBegunAnew() {
    put(writer(), "z1/kept", "old");
    settle(writer());
    try (var edge = Edges.start("late", directory, proxy.port())) {
      await(() -> read(edge, player("z1/kept")).equals("old"));
    }
    fill();
    hub.forgetLog();
    proxy.cutSnapshotsAfter(2);
    try (var edge = Edges.start("late", directory, proxy.port())) {
      await(() -> proxy.requests().size() > 2);
      assertThat(read(edge, player("z1/kept"))).isEqualTo("old");
      proxy.cutSnapshotsAfter(1);
    }
    try (var edge = Edges.start("late", directory, 1)) {
      assertThat(read(edge, player("z1/kept"))).isEqualTo("old");
      assertThat(read(edge, player("z0/0"))).isEmpty();
    }
    proxy.cutSnapshotsAfter(Integer.MAX_VALUE);
    try (var edge = Edges.start("late", directory, proxy.port())) {
      await(() -> read(edge, player("z0/0")).equals(VALUE + 0));
      assertFull(edge);
    }
  }

  @Test
  void aSessionThatBreaksInMidLoadGoesOnWithWhatIsThere() {
    fill();
    hub.forgetLog();
    proxy.cutSnapshotsAfter(2);
    try (var edge = Edges.start("late", directory, proxy.port())) {
      await(() -> proxy.requests().size() > 1);
      proxy.cutSnapshotsAfter(1);
      await(() -> proxy.requests().size() > 3);
      proxy.cutSession();
      await(
          () ->
              proxy.requests().stream().map(SnapshotRequest::getSessionFence).distinct().count()
                  > 1);
      assertThat(proxy.requests().getLast().getResumeToken().isEmpty()).isFalse();
      proxy.cutSnapshotsAfter(Integer.MAX_VALUE);
      put(writer(), "z0/0", "meanwhile");
      await(() -> read(edge, player("z0/0")).equals("meanwhile"));
      assertThat(read(edge, player("z1/1"))).isEqualTo(VALUE + 1);
    }
  }
}
