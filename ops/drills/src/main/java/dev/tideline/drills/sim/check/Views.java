package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.History.Made;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.world.World;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.replica.Reading;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.ErrorCode;
import java.util.List;
import java.util.Optional;

/** What edges show. */
final class Views {

  private final World world;
  private final Findings findings;
  private final History history;

  Views(World world, Findings findings, History history) {
    this.world = world;
    this.findings = findings;
    this.history = history;
  }

  /** Takes an answer to a client; what it read, if it was answered. */
  Optional<Reading> check(
      EdgeMachine edge, EdgeLedger ledger, QualifiedKey key, ReadResult result) {
    return switch (result) {
      case ReadResult.Refused(var refusal) -> {
        findings.require(
            refusal.code() != ErrorCode.QUARANTINED,
            Invariant.NO_DEFECT,
            "%s shows %s as quarantined",
            edge.name(),
            key);
        yield Optional.empty();
      }
      case ReadResult.Read read -> {
        view(edge, ledger, key, read.reading());
        fresh(edge, key, read.reading(), read.stalenessMs());
        yield Optional.of(read.reading());
      }
    };
  }

  private void view(EdgeMachine edge, EdgeLedger ledger, QualifiedKey key, Reading reading) {
    int partition = history.layout().partitionOf(key.key().zone());
    long cursor = reading.token().context().seen().revision();
    if (cursor > history.head(partition)) {
      findings.report(
          Invariant.CONVERGENCE,
          "%s is at %d of partition %d, the hub decided %d"
              .formatted(edge.name(), cursor, partition, history.head(partition)));
      return;
    }
    var pending = ledger.pending(partition, cursor);
    if (reachesUnheld(edge, pending)) {
      return;
    }
    var expected = history.view(key, cursor, pending);
    findings.require(
        history.same(key, expected, reading.state()),
        pending.isEmpty() ? Invariant.CONVERGENCE : Invariant.VIEW,
        "%s shows %s at %d with %d pending as %s; it should be %s",
        edge.name(),
        key,
        cursor,
        pending.size(),
        reading.state(),
        expected);
    boolean touched = pending.stream().anyMatch(one -> one.mutation().targets().contains(key));
    findings.require(
        touched == reading.pendingLocal(),
        Invariant.VIEW,
        "%s says of %s that something of it is %spending",
        edge.name(),
        key,
        reading.pendingLocal() ? "" : "not ");
  }

  /**
   * Whether an atomic mutation waits that also touches what its edge does not show: what that key
   * holds there, hence whether a rule rejects all of it, is nobody's business.
   */
  private static boolean reachesUnheld(EdgeMachine edge, List<Made> pending) {
    var ready = edge.stations().orElseThrow().replica().loads().ready();
    return pending.stream()
        .map(one -> one.mutation().targets())
        .anyMatch(keys -> keys.size() > 1 && !keys.stream().allMatch(ready::covers));
  }

  /** What was decided before the time that the answer claims to know of is in it. */
  private void fresh(EdgeMachine edge, QualifiedKey key, Reading reading, long stalenessMs) {
    int partition = history.layout().partitionOf(key.key().zone());
    long next = reading.token().context().seen().revision() + 1;
    if (stalenessMs > world.nowUs() / 1000 || next > history.head(partition)) {
      return;
    }
    long missedUs = world.nowUs() - history.at(partition, next).atUs();
    findings.require(
        edge.clock().wentBack() || missedUs <= (stalenessMs + 2) * 1000,
        Invariant.FRESHNESS,
        "%s shows %s as at most %d ms old, and lacks what was decided %d us ago",
        edge.name(),
        key,
        stalenessMs,
        missedUs);
  }
}
