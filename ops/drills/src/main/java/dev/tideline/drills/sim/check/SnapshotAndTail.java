package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.node.HubMachine;
import dev.tideline.wire.v1.SnapshotFrame;
import java.util.HashMap;
import java.util.Map;

/**
 * A snapshot holds what its revisions say, and whoever was rebuilt from a snapshot or a checkpoint
 * and the rest of a log is what the whole log would have made of it.
 */
final class SnapshotAndTail implements Check {

  private final Findings findings;
  private final History history;
  private final Map<String, long[]> starts = new HashMap<>();

  SnapshotAndTail(Findings findings, History history) {
    this.findings = findings;
    this.history = history;
  }

  @Override
  public Invariant invariant() {
    return Invariant.SNAPSHOT;
  }

  @Override
  public void told(Conversation to, SnapshotFrame frame) {
    switch (frame.getFrameCase()) {
      case START -> {
        var revisions = new long[history.layout().partitions()];
        for (var one : frame.getStart().getPartitionsList()) {
          revisions[one.getPartition()] = one.getStart().getRevision();
        }
        starts.put(to.machine(), revisions);
      }
      case CHUNK ->
          frame.getChunk().getChangesList().forEach(bytes -> chunk(to, Sent.change(bytes)));
      default -> {}
    }
  }

  private void chunk(Conversation to, dev.tideline.model.Change change) {
    int partition = history.layout().partitionOf(change.target().key().zone());
    var from = starts.getOrDefault(to.machine(), new long[history.layout().partitions()]);
    var cell = history.cellAt(change.target(), change.revision());
    findings.require(
        change.revision() <= from[partition] && history.same(change.target(), cell, change.state()),
        invariant(),
        "a snapshot from %d holds %s at %d as %s; decided was %s",
        from[partition],
        change.target(),
        change.revision(),
        change.state(),
        cell);
  }

  /** An edge shows this just after it was rebuilt. */
  void rebuilt(Answer answer) {
    if (answer.cursor() > history.head(answer.partition()) || answer.cannotBeJudged()) {
      return;
    }
    var expected = history.view(answer.key(), answer.cursor(), answer.pending());
    findings.require(
        history.same(answer.key(), expected, answer.reading().state()),
        invariant(),
        "%s is rebuilt and shows %s at %d as %s; it should be %s",
        answer.edge().name(),
        answer.key(),
        answer.cursor(),
        answer.reading().state(),
        expected);
  }

  /** The hub has just been rebuilt. */
  void rebuilt(HubMachine hub) {
    var reconcile = hub.stations().orElseThrow().reconcile();
    for (int partition = 0; partition < history.layout().partitions(); partition++) {
      long head = reconcile.status(partition).head();
      findings.require(
          head == history.head(partition),
          invariant(),
          "the hub is rebuilt at %d of partition %d; its log reaches to %d",
          head,
          partition,
          history.head(partition));
    }
    for (var key : history.keys()) {
      var state = reconcile.read(key).state();
      findings.require(
          history.same(key, history.cell(key), state),
          invariant(),
          "the hub is rebuilt and holds %s as %s; its log says %s",
          key,
          state,
          history.cell(key));
    }
  }
}
