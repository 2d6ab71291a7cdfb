package dev.tideline.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole installation on loopback: one hub and some edges, each edge's uplink through a link of
 * its own. Ports and directories stay the same over restarts. Every process started here ends when
 * the rig is closed, and when this JVM ends in any way but SIGKILL.
 */
public final class Rig implements AutoCloseable {

  /** Long for a cold JVM on a machine that is busy with other things. */
  public static final Duration START_PATIENCE = Duration.ofMinutes(2);

  private final RigConfig config;
  private final RigHub hub;
  private final List<RigEdge> edges = new ArrayList<>();
  private volatile boolean gentle;
  private final Thread hook = new Thread(this::endAll, "rig-end");

  private Rig(RigConfig config) {
    this.config = config;
    this.hub = RigHub.create(config);
    for (var id : config.edgeIds()) {
      edges.add(RigEdge.create(config, id, hub));
    }
  }

  /** An installation of which nothing runs yet. */
  public static Rig create(RigConfig config) {
    try {
      Files.createDirectories(config.directory());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var rig = new Rig(config);
    Runtime.getRuntime().addShutdownHook(rig.hook);
    return rig;
  }

  /** Starts everything at the same time; returns when all of it is ready. */
  public void start() {
    hub.process().start();
    edges.forEach(edge -> edge.process().start());
    hub.awaitReady();
    edges.forEach(RigEdge::awaitReady);
  }

  /** The hub. */
  public RigHub hub() {
    return hub;
  }

  /** The edges, in the order of their ids as given. */
  public List<RigEdge> edges() {
    return List.copyOf(edges);
  }

  /** Where all data and output lie. */
  public Path directory() {
    return config.directory();
  }

  @Override
  public void close() {
    endAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook runs, and finds nothing left to do.
    }
  }

  /** From here on processes are asked to stop before they are killed: their data are kept. */
  public void endGently() {
    gentle = true;
  }

  private void endAll() {
    if (gentle) {
      edges.forEach(edge -> edge.process().stop());
      hub.process().stop();
    }
    edges.forEach(RigEdge::close);
    hub.close();
  }
}
