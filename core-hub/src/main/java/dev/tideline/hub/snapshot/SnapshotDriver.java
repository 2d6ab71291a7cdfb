package dev.tideline.hub.snapshot;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.model.Catalog;
import dev.tideline.store.Table;
import dev.tideline.wire.v1.SnapshotRequest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * All snapshots under way. They share one thread, which takes them in turn, chunk by chunk: walks
 * never hold up the event loops of the live streams, and take at most one processor. Safe for
 * threads.
 */
public final class SnapshotDriver implements AutoCloseable {

  /** Each holds the chunks of one segment of the table; further edges are told to come again. */
  static final int SNAPSHOTS_MAX = 8;

  private static final long STOP_TIMEOUT_S = 5;

  private final Parts parts;
  private final ExecutorService thread;
  private final Set<SnapshotSession> sessions = ConcurrentHashMap.newKeySet();
  private final AtomicInteger running = new AtomicInteger();

  /**
   * What snapshots are made of.
   *
   * @param chunkBytes at which a chunk closes behind a segment of the table
   */
  public record Parts(
      ReconcileDriver reconcile,
      ChangeLogDriver changeLog,
      Table table,
      Supplier<Catalog> catalog,
      SnapshotSessions sessions,
      int chunkBytes) {

    /** With chunks of the usual size. */
    public Parts(
        ReconcileDriver reconcile,
        ChangeLogDriver changeLog,
        Table table,
        Supplier<Catalog> catalog,
        SnapshotSessions sessions) {
      this(reconcile, changeLog, table, catalog, sessions, SnapshotCore.CHUNK_BYTES);
    }
  }

  /**
   * A driver without snapshots.
   *
   * @param thread its own; shut down with it
   */
  public SnapshotDriver(Parts parts, ExecutorService thread) {
    this.parts = parts;
    this.thread = thread;
  }

  /** Begins a snapshot, or says on the stream why not. */
  public SnapshotSession open(SnapshotRequest request, SnapshotStream stream) {
    var session = new SnapshotSession(parts, request, stream, thread, this::left);
    sessions.add(session);
    boolean room = running.incrementAndGet() <= SNAPSHOTS_MAX;
    session.begin(room);
    return session;
  }

  private void left(SnapshotSession session) {
    if (sessions.remove(session)) {
      running.decrementAndGet();
    }
  }

  /** Ends all of them; afterwards none touches table or log. */
  @Override
  public void close() {
    sessions.forEach(SnapshotSession::cancel);
    thread.shutdown();
    try {
      thread.awaitTermination(STOP_TIMEOUT_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
