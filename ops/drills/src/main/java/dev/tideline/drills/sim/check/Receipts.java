package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.model.Judgement;
import dev.tideline.drills.sim.model.Made;
import dev.tideline.drills.sim.model.Names;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.edge.replica.OwnVerdict;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Whoever asks what became of a write is told just that: its verdict once it is decided, and that
 * it is lost only if it never will be.
 */
final class Receipts implements Check {

  private final Findings findings;
  private final History history;

  /** By what each was made as first: who said so. */
  private final Map<MutationId, String> saidLost = new HashMap<>();

  private final Set<EdgeId> copied = new HashSet<>();
  private long retentionPassedUs = -1;

  Receipts(Findings findings, History history) {
    this.findings = findings;
    this.history = history;
  }

  @Override
  public Invariant invariant() {
    return Invariant.ONE_VERDICT;
  }

  /** Verdicts of before this moment are beyond what they are kept for. */
  void retentionPasses(long nowUs) {
    retentionPassedUs = nowUs;
  }

  /** A disk was copied: what its edge no longer holds may come back. */
  void copied(EdgeMachine edge) {
    copied.add(edge.id());
  }

  /**
   * A client is told what became of a write.
   *
   * @param name of the write
   * @param last whether nothing is under way any more
   */
  void told(EdgeMachine edge, MutationId name, ReceiptState state, boolean last) {
    if (history.names().isShared(Names.given(name))) {
      // Two writes have this receipt.
      return;
    }
    boolean everLost = history.reissues().all(name).stream().anyMatch(history::everLost);
    switch (state) {
      case ReceiptState.Decided(var verdict) -> decided(edge, name, verdict, everLost && !last);
      case ReceiptState.Lost lost -> {
        boolean mayComeBack = !last && copied.contains(name.edge());
        require(!isDecided(name) || mayComeBack, edge, name, "lost, and it is decided");
        if (!everLost) {
          saidLost.put(history.reissues().first(name), edge.name());
        }
      }
      case ReceiptState.NotHere notHere -> require(false, edge, name, "not here");
      case ReceiptState.Forgotten forgotten ->
          require(mayBeForgotten(name) || everLost, edge, name, "forgotten");
      case ReceiptState.Unknown unknown ->
          require(!last || mayBeUnknown(name), edge, name, "unknown");
      case ReceiptState.Pending _, ReceiptState.Unreachable _ -> {}
    }
  }

  /**
   * It is not decided, or was issued again more than once: of what lies between the hub has never
   * heard, and the machine that knows may have been a copy's.
   */
  private boolean mayBeUnknown(MutationId name) {
    return history.decided(name).isEmpty() && !history.reissues().isDecidedAsIssuedNext(name);
  }

  private boolean mayBeForgotten(MutationId name) {
    return history.reissues().all(name).stream()
        .flatMap(one -> history.find(one).stream())
        .anyMatch(one -> history.reissues().isForgotten(one) || isBeyondRetention(one));
  }

  private boolean isBeyondRetention(Made one) {
    return one.decided().filter(it -> it.atUs() <= retentionPassedUs).isPresent();
  }

  private void require(boolean holds, EdgeMachine edge, MutationId name, String what) {
    findings.require(holds, invariant(), "%s says of %s that it is %s", edge.name(), name, what);
  }

  private boolean isDecided(MutationId name) {
    return history.reissues().all(name).stream().anyMatch(one -> history.decided(one).isPresent());
  }

  /**
   * @param mayBeLost whether it may be told of a history that is lost
   */
  private void decided(EdgeMachine edge, MutationId name, OwnVerdict told, boolean mayBeLost) {
    boolean is =
        history.reissues().all(name).stream()
            .flatMap(one -> history.decided(one).stream())
            .anyMatch(it -> it.verdict() == told.verdict());
    require(is || mayBeLost, edge, name, told.verdict() + ", which it is not");
  }

  @Override
  public void judged(Judgement judgement) {
    var id = judgement.made().id();
    var by = saidLost.getOrDefault(history.reissues().first(id), "");
    findings.require(
        by.isEmpty() || copied.contains(id.edge()),
        invariant(),
        "%s is decided, and %s has said that it is lost",
        id,
        by);
  }
}
