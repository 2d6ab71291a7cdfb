package dev.tideline.drills.sim.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.InterestCodec;
import dev.tideline.codec.Verdicts;
import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.node.HubMachine;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interests;
import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.Change;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.InterestUpdate;
import dev.tideline.wire.v1.MutationAck;
import dev.tideline.wire.v1.SnapshotFrame;
import java.util.HashMap;
import java.util.Map;

/** What the hub says to edges: true, durable, and wanted. */
final class Sayings {

  private final Findings findings;
  private final History history;
  private final Map<String, Session> sessions = new HashMap<>();
  private final Map<String, long[]> starts = new HashMap<>();

  /** What the hub was told by an edge. */
  private static final class Session {
    private final String edge;
    private Interests sent;
    private InterestUpdate update = InterestUpdate.getDefaultInstance();

    Session(String edge, Interests sent) {
      this.edge = edge;
      this.sent = sent;
    }
  }

  Sayings(Findings findings, History history) {
    this.findings = findings;
    this.history = history;
  }

  void heard(String machine, MessageLite message) {
    if (message instanceof EdgeFrame frame) {
      if (frame.hasHello()) {
        var hello = frame.getHello();
        sessions.put(
            machine, new Session(hello.getEdge(), InterestCodec.decode(hello.getReadyList())));
      } else if (frame.hasInterestUpdate()) {
        var session = sessions.get(machine);
        if (session != null) {
          session.update = frame.getInterestUpdate();
        }
      }
    }
  }

  void told(HubMachine hub, String machine, MessageLite message) {
    var session = sessions.get(machine);
    if (session == null) {
      return;
    }
    switch (message) {
      case HubFrame frame when frame.hasChangeBatch() ->
          changes(hub, session, frame.getChangeBatch());
      case HubFrame frame when frame.hasMutationAck() ->
          acknowledged(hub, session, frame.getMutationAck());
      case HubFrame frame when frame.hasInterestTaken() -> taken(session);
      case SnapshotFrame frame -> snapshot(hub, machine, frame);
      default -> {}
    }
  }

  private static void taken(Session session) {
    session.sent =
        session
            .sent
            .with(InterestCodec.decode(session.update.getAddList()).all())
            .without(InterestCodec.decode(session.update.getRemoveList()).all());
  }

  private void durable(HubMachine hub, int partition, long revision, String what) {
    boolean known = revision <= history.head(partition);
    findings.require(
        revision == 0
            || (known && history.at(partition, revision).position() <= hub.log().durable()),
        Invariant.REVISIONS,
        "%s tells of revision %d of partition %d before it is durable",
        what,
        revision,
        partition);
  }

  private void changes(HubMachine hub, Session session, ChangeBatch batch) {
    int partition = batch.getPartition();
    durable(hub, partition, batch.getToRevision(), "a batch of changes");
    for (var bytes : batch.getChangesList()) {
      var change = parse(bytes);
      findings.require(
          session.sent.covers(change.target()),
          Invariant.INTEREST,
          "%s is sent to %s, which wants %s",
          change.target(),
          session.edge,
          session.sent);
    }
    for (var verdict : batch.getVerdictsList()) {
      var id =
          new MutationId(new EdgeId(session.edge), verdict.getIncarnation(), verdict.getSequence());
      findings.require(
          history
              .decided(id)
              .filter(it -> it.verdict() == Verdicts.decode(verdict.getVerdict()))
              .filter(it -> it.revision() == verdict.getRevision())
              .isPresent(),
          Invariant.ONE_VERDICT,
          "%s is told to be %s at %d, which it is not",
          id,
          verdict.getVerdict(),
          verdict.getRevision());
    }
    if (batch.getToRevision() <= history.head(partition)) {
      missing(session, batch);
    }
  }

  /** Of a range that is not conflated nothing that is wanted is left out. */
  private void missing(Session session, ChangeBatch batch) {
    for (long revision = batch.getFromRevision(); revision <= batch.getToRevision(); revision++) {
      var decided = history.at(batch.getPartition(), revision);
      boolean own = decided.id().edge().text().equals(session.edge);
      if (own && decided.verdict() != dev.tideline.model.Verdict.APPLIED) {
        long sequence = decided.id().sequence();
        findings.require(
            batch.getVerdictsList().stream().anyMatch(it -> it.getSequence() == sequence),
            Invariant.ONE_VERDICT,
            "the verdict of %s is not told with its revision",
            decided.id());
      }
    }
  }

  private void acknowledged(HubMachine hub, Session session, MutationAck ack) {
    var id = new MutationId(new EdgeId(session.edge), ack.getIncarnation(), ack.getSequence());
    findings.require(
        history.decided(id).filter(it -> it.position() <= hub.log().durable()).isPresent(),
        Invariant.NOTHING_LOST,
        "%s is acknowledged by the hub before it is durable",
        id);
  }

  private void snapshot(HubMachine hub, String machine, SnapshotFrame frame) {
    switch (frame.getFrameCase()) {
      case START -> {
        var revisions = new long[history.layout().partitions()];
        for (var one : frame.getStart().getPartitionsList()) {
          revisions[one.getPartition()] = one.getStart().getRevision();
          durable(hub, one.getPartition(), one.getStart().getRevision(), "a snapshot");
        }
        starts.put(machine, revisions);
      }
      case CHUNK -> {
        for (var bytes : frame.getChunk().getChangesList()) {
          chunk(machine, parse(bytes));
        }
      }
      default -> {}
    }
  }

  private void chunk(String machine, dev.tideline.model.Change change) {
    int partition = history.layout().partitionOf(change.target().key().zone());
    var from = starts.getOrDefault(machine, new long[history.layout().partitions()]);
    var cell = history.cellAt(change.target(), change.revision());
    findings.require(
        change.revision() <= from[partition] && history.same(change.target(), cell, change.state()),
        Invariant.SNAPSHOT,
        "a snapshot from %d holds %s at %d as %s; decided was %s",
        from[partition],
        change.target(),
        change.revision(),
        change.state(),
        cell);
  }

  private static dev.tideline.model.Change parse(ByteString bytes) {
    try {
      return ChangeCodec.decode(Change.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a change that the hub sent cannot be read", e);
    }
  }
}
