package dev.tideline.hub.snapshot;

import dev.tideline.codec.Ids;
import dev.tideline.codec.InterestCodec;
import dev.tideline.codec.Verdicts;
import dev.tideline.hub.changelog.LogPins;
import dev.tideline.hub.reconcile.SnapshotBasis;
import dev.tideline.hub.snapshot.SnapshotDriver.Parts;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interests;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Position;
import dev.tideline.store.Table;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.OwnVerdict;
import dev.tideline.wire.v1.PartitionSnapshot;
import dev.tideline.wire.v1.SnapshotChunk;
import dev.tideline.wire.v1.SnapshotEnd;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotRequest;
import dev.tideline.wire.v1.SnapshotStart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One snapshot on its way to an edge. Everything runs on the snapshots' thread, one chunk at a
 * time; {@link #ready} and {@link #cancel} come from the network.
 *
 * <p>The start of each partition is taken between two of its decisions and is told once the change
 * log is durable to where it ended after the last of them. From then on the table is walked without
 * a lock, and the log is pinned behind the starts.
 */
public final class SnapshotSession {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotSession.class);

  /** Walked in one go at most: other snapshots want the thread, too. */
  private static final int SEGMENTS_PER_STEP = 64;

  /** About 200 KiB. */
  private static final int VERDICTS_PER_CHUNK = 4096;

  private final Parts parts;
  private final SnapshotRequest request;
  private final SnapshotStream stream;
  private final Executor thread;
  private final Consumer<SnapshotSession> left;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean cancelled;

  // Of the snapshots' thread.
  private final ArrayDeque<SnapshotFrame> frames = new ArrayDeque<>();
  private final List<Position> starts = new ArrayList<>();
  private Table.@Nullable Walk walk;
  private @Nullable SnapshotCore core;
  private LogPins.@Nullable Pin pin;
  private ResumeTokens.@Nullable Place place;
  private boolean startsDurable;
  private boolean walked;
  private boolean ended;

  SnapshotSession(
      Parts parts,
      SnapshotRequest request,
      SnapshotStream stream,
      Executor thread,
      Consumer<SnapshotSession> left) {
    this.parts = parts;
    this.request = request;
    this.stream = stream;
    this.thread = thread;
    this.left = left;
  }

  void begin(boolean room) {
    run(
        () -> {
          if (room) {
            open();
          } else {
            fail(Error.Code.BUSY, true, "as many snapshots as there may be are under way");
          }
        });
  }

  /** The stream takes frames, or takes frames again. */
  public void ready() {
    if (scheduled.compareAndSet(false, true)) {
      run(this::step);
    }
  }

  /** The edge is gone, or the hub stops. */
  public void cancel() {
    cancelled = true;
    run(this::leave);
  }

  private void run(Runnable work) {
    try {
      thread.execute(
          () -> {
            try {
              if (!ended) {
                work.run();
              }
            } catch (RuntimeException e) {
              LOG.error("a snapshot for edge {} breaks off", request.getEdge(), e);
              stream.fail(e);
              leave();
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("the hub has stopped", e);
    }
  }

  private void open() {
    try {
      var edge = new EdgeId(request.getEdge());
      var scope = InterestCodec.decode(request.getScopeList());
      if (fenced(edge)) {
        return;
      }
      if (!parts.sessions().isSent(edge, scope)) {
        fail(
            Error.Code.MALFORMED_FRAME,
            false,
            "a snapshot of what the session is not sent would never be complete");
        return;
      }
      begin(edge, scope);
    } catch (InvalidInputException e) {
      fail(Error.Code.MALFORMED_FRAME, false, e.problem());
    }
  }

  private boolean fenced(EdgeId edge) {
    if (parts.sessions().isOpen(edge, request.getIncarnation(), request.getSessionFence())) {
      return false;
    }
    fail(Error.Code.FENCED, true, "the session that the snapshot belongs to is over");
    return true;
  }

  private void begin(EdgeId edge, Interests scope) {
    var layout = parts.reconcile().layout();
    pin = parts.changeLog().pins().pin(parts.changeLog().lastPosition() + 1, this::evicted);
    var opened = parts.table().walk(0);
    walk = opened;
    var here =
        new ResumeTokens.Place(
            parts.reconcile().status(0).position().term(),
            opened.layout(),
            ResumeTokens.hash(scope));
    place = here;
    if (request.getResumeToken().isEmpty()) {
      takeStarts(edge, layout.partitions());
    } else {
      var token =
          ResumeTokens.decode(
              request.getResumeToken(), here, layout.partitions(), opened.segments());
      if (token.isEmpty()) {
        fail(Error.Code.START_OVER, true, "the table that the snapshot was read from is gone");
        return;
      }
      token.get().getStartsList().forEach(start -> starts.add(Ids.decode(start)));
      opened.close();
      walk = parts.table().walk(token.get().getSegment());
      if (walk.layout() != here.tableLayout()) {
        fail(Error.Code.START_OVER, true, "the table has grown");
        return;
      }
      tellStarts(List.of(), Map.of());
    }
    core =
        new SnapshotCore(
            layout,
            scope,
            parts.catalog().get(),
            starts.stream().mapToLong(Position::revision).toArray(),
            parts.reconcile()::entry);
    afterDurable(
        () ->
            run(
                () -> {
                  startsDurable = true;
                  ready();
                }));
  }

  /** The log is kept no longer behind the starts: the edge could not follow it from there. */
  private void evicted() {
    run(
        () ->
            fail(
                Error.Code.START_OVER,
                true,
                "it takes too long: the log is kept no longer behind its start"
                    + " (log.pinned-bytes)"));
  }

  private void takeStarts(EdgeId edge, int partitions) {
    var bases = new ArrayList<SnapshotBasis>(partitions);
    boolean verdicts = request.getVerdictsAfterCount() == partitions;
    for (int partition = 0; partition < partitions; partition++) {
      long after = verdicts ? request.getVerdictsAfter(partition).getRevision() : Long.MAX_VALUE;
      bases.add(parts.reconcile().snapshot(partition, edge, after));
      starts.add(bases.getLast().start());
    }
    // Behind the bases: what is forgotten meanwhile is told by one of the two.
    tellStarts(bases, parts.sessions().forgotten(edge));
    tellVerdicts(bases);
  }

  private void tellStarts(List<SnapshotBasis> bases, Map<Long, Map<Integer, Long>> forgotten) {
    var start = SnapshotStart.newBuilder();
    for (int partition = 0; partition < starts.size(); partition++) {
      var message =
          PartitionSnapshot.newBuilder()
              .setPartition(partition)
              .setStart(Ids.encode(starts.get(partition)));
      if (!bases.isEmpty()) {
        var basis = bases.get(partition);
        message
            .addAllIncluded(Ids.encodeIncluded(basis.included()))
            .addAllVerdictsForgotten(Ids.encodeIncluded(basis.forgotten()))
            .addAllForgotten(Ids.encodeIncluded(of(partition, forgotten)));
      }
      start.addPartitions(message);
    }
    frames.add(SnapshotFrame.newBuilder().setStart(start).build());
  }

  private static Map<Long, Long> of(int partition, Map<Long, Map<Integer, Long>> forgotten) {
    var there = new HashMap<Long, Long>();
    forgotten.forEach(
        (incarnation, decided) -> {
          if (decided.containsKey(partition)) {
            there.put(incarnation, decided.get(partition));
          }
        });
    return there;
  }

  private void tellVerdicts(List<SnapshotBasis> bases) {
    var chunk = SnapshotChunk.newBuilder();
    for (int partition = 0; partition < bases.size(); partition++) {
      for (var told : bases.get(partition).verdicts()) {
        chunk.addVerdicts(verdict(partition, told));
        if (chunk.getVerdictsCount() == VERDICTS_PER_CHUNK) {
          frames.add(SnapshotFrame.newBuilder().setChunk(chunk).build());
          chunk.clear();
        }
      }
    }
    if (chunk.getVerdictsCount() > 0) {
      frames.add(SnapshotFrame.newBuilder().setChunk(chunk).build());
    }
  }

  private static OwnVerdict verdict(int partition, SnapshotBasis.Told told) {
    var verdict =
        OwnVerdict.newBuilder()
            .setIncarnation(told.incarnation())
            .setSequence(told.sequence())
            .setRevision(told.verdict().revision())
            .setVerdict(Verdicts.encode(told.verdict().verdict()))
            .setReason(Verdicts.encode(told.verdict().reason()))
            .setPartition(partition);
    told.verdict().first().ifPresent(first -> verdict.setFirst(Ids.encode(first)));
    return verdict.build();
  }

  private void afterDurable(Runnable next) {
    var changeLog = parts.changeLog();
    changeLog.whenDurable(changeLog.lastPosition(), next);
  }

  /** Sends one frame; then it is the next snapshot's turn. */
  private void step() {
    scheduled.set(false);
    if (cancelled || !startsDurable || fenced(new EdgeId(request.getEdge()))) {
      return;
    }
    if (!stream.isReady()) {
      return;
    }
    if (frames.isEmpty() && !walked) {
      walk();
    }
    var frame = frames.poll();
    if (frame != null) {
      stream.send(frame);
      if (frame.hasEnd()) {
        stream.complete();
        leave();
        return;
      }
    }
    if (!walked || !frames.isEmpty()) {
      ready();
    }
  }

  private void walk() {
    var walking = walk;
    var gathers = core;
    var at = place;
    if (walking == null || gathers == null || at == null) {
      return;
    }
    int first = walking.segment();
    int last = Math.min(walking.segments(), first + SEGMENTS_PER_STEP);
    while (!gathers.full(parts.chunkBytes()) && walking.segment() < last) {
      walking.next(gathers::accept);
    }
    var chunks = gathers.take();
    for (int i = 0; i < chunks.size(); i++) {
      int next = i + 1 < chunks.size() ? first : walking.segment();
      var chunk = chunks.get(i).setResumeToken(ResumeTokens.encode(at, next, starts));
      frames.add(SnapshotFrame.newBuilder().setChunk(chunk).build());
    }
    if (walking.segment() == walking.segments()) {
      walked = true;
      end();
    }
  }

  private void end() {
    var end = SnapshotEnd.newBuilder();
    for (int partition = 0; partition < starts.size(); partition++) {
      end.addEnds(Ids.encode(parts.reconcile().status(partition).position()));
    }
    var frame = SnapshotFrame.newBuilder().setEnd(end).build();
    afterDurable(
        () ->
            run(
                () -> {
                  frames.add(frame);
                  ready();
                }));
  }

  private void fail(Error.Code code, boolean retryable, String text) {
    var error =
        Error.newBuilder()
            .setCode(code)
            .setScope(Error.Scope.STREAM)
            .setRetryable(retryable)
            .setText(text);
    stream.send(SnapshotFrame.newBuilder().setError(error).build());
    stream.complete();
    leave();
  }

  private void leave() {
    if (!ended) {
      ended = true;
      frames.clear();
      if (walk != null) {
        walk.close();
      }
      if (pin != null) {
        pin.close();
      }
      left.accept(this);
    }
  }
}
