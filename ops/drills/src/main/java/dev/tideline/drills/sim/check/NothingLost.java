package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.History.Decided;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.model.Names;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.HubMachine;
import dev.tideline.model.Durability;
import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.Unhealed;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was acknowledged, and to what: it is kept for as long as that says. */
final class NothingLost implements Check {

  private final Findings findings;
  private final History history;
  private final Map<MutationId, Durability> given = new LinkedHashMap<>();

  /** A disk that was lost took them with it: a hub that is set back later cannot know of them. */
  private final Set<MutationId> forgotten = new HashSet<>();

  /** The hub went on without them when no machine had them: a copy that comes back is too late. */
  private final Set<MutationId> passedOver = new HashSet<>();

  NothingLost(Findings findings, History history) {
    this.findings = findings;
    this.history = history;
  }

  @Override
  public Invariant invariant() {
    return Invariant.NOTHING_LOST;
  }

  /** An edge acknowledges a mutation that lies at a position of its journal. */
  void acknowledged(
      MutationId id, Durability level, EdgeMachine edge, long position, HubMachine hub) {
    boolean held = position >= edge.journal().first();
    findings.require(
        held || decided(id).isPresent() || mayNotHaveHeard(id, edge),
        invariant(),
        "%s is acknowledged by %s, and nobody holds it",
        id,
        edge.name());
    if (!isDoubtful(id)) {
      given.merge(id, level, (one, other) -> one.compareTo(other) > 0 ? one : other);
    }
    if (level == Durability.DISK) {
      findings.require(
          edge.journal().durable() >= position,
          invariant(),
          "%s is acknowledged as DISK and not synced",
          id);
    }
    if (level == Durability.HUB) {
      findings.require(
          isDurable(decided(id), hub.log().durable()) || everLost(id),
          invariant(),
          "%s is acknowledged as HUB and not durable there",
          id);
    }
  }

  /** Who still follows a history that is lost does not know what was lost with it. */
  private boolean mayNotHaveHeard(MutationId id, EdgeMachine edge) {
    int partition = history.find(id).orElseThrow().partition();
    var progress = edge.stations().orElseThrow().replica().progress();
    boolean stands = history.stands(partition, progress.partitions().get(partition).cursor());
    return !stands || history.names().isShared(Names.given(id));
  }

  /** An answer may have waited for so long that its edge has said that it no longer knows. */
  private boolean isDoubtful(MutationId id) {
    return history.find(id).filter(history.reissues()::isForgotten).isPresent();
  }

  /** The hub tells an edge that it may forget what it sent. */
  void received(MutationId id, HubMachine hub) {
    findings.require(
        isDurable(history.decidedAs(id), hub.log().durable()),
        invariant(),
        "%s is acknowledged by the hub before it is durable",
        id);
  }

  private Optional<Decided> decided(MutationId id) {
    return history.decided(id).or(() -> history.reissues().decided(id));
  }

  private boolean everLost(MutationId id) {
    return history.reissues().all(id).stream().anyMatch(history::everLost);
  }

  private static boolean isDurable(Optional<Decided> decided, long hubDurable) {
    return decided.filter(it -> it.position() <= hubDurable).isPresent();
  }

  /**
   * A journal has lost mutations.
   *
   * @param with the whole disk, not only with what it had not synced
   * @param hubDurable position up to which the change log is durable
   */
  void lost(Set<MutationId> gone, boolean with, long hubDurable) {
    forgotten.addAll(gone);
    for (var id : gone) {
      var level = given.get(id);
      if (level != null && !isDurable(decided(id), hubDurable)) {
        findings.require(
            level == Durability.MEMORY || (level == Durability.DISK && with) || everLost(id),
            invariant(),
            "%s was acknowledged as %s and is lost",
            id,
            level);
        given.remove(id);
      }
    }
  }

  /** Their edge says of them that nobody knows whether they were decided. */
  void doubtful(List<MutationId> these) {
    these.forEach(given::remove);
  }

  /** A hub that was set back goes on without mutations that nobody brings. */
  void passedOver(int partition, Unhealed range, List<EdgeMachine> edges) {
    var retained = retained(edges.stream().filter(edge -> isOnly(edge, edges)).toList());
    for (var made : history.allMade()) {
      var id = made.mutation().id();
      if (made.partition() == partition
          && id.edge().text().equals(range.getEdge())
          && id.incarnation() == range.getIncarnation()
          && id.sequence() > range.getAfterSequence()
          && id.sequence() <= range.getToSequence()
          && !retained.contains(made.id())) {
        passedOver.add(made.id());
      }
    }
  }

  /** Of two copies of an edge one takes part, and nobody waits for what the other has. */
  private static boolean isOnly(EdgeMachine edge, List<EdgeMachine> edges) {
    return edges.stream().filter(other -> other.id().equals(edge.id())).count() == 1;
  }

  private Set<MutationId> retained(List<EdgeMachine> edges) {
    var retained = new HashSet<MutationId>();
    for (var edge : edges) {
      Journals.read(
          edge.journal(), (position, mutation) -> retained.add(history.names().of(mutation)));
    }
    return retained;
  }

  @Override
  public void atEnd(List<EdgeMachine> edges, HubMachine hub) {
    given.forEach(
        (id, level) ->
            findings.require(
                decided(id).isPresent() || isGoneAndSaidSo(id, edges, hub),
                invariant(),
                "%s was acknowledged as %s and is never decided",
                id,
                level));
  }

  /** Whether a hub that was set back lost it, no edge retains it, and the hub says so. */
  private boolean isGoneAndSaidSo(MutationId id, List<EdgeMachine> edges, HubMachine hub) {
    var all = history.reissues().all(id);
    if (!everLost(id)) {
      return false;
    }
    var stations = hub.stations().orElseThrow();
    int partition = history.find(id).orElseThrow().partition();
    boolean said =
        stations.healer().missing() > 0
            || all.stream()
                .map(Names::given)
                .anyMatch(one -> stations.reconcile().isUnhealed(partition, one));
    boolean gone =
        all.stream().anyMatch(passedOver::contains) || Collections.disjoint(retained(edges), all);
    return (said || all.stream().anyMatch(forgotten::contains)) && gone;
  }
}
