package dev.tideline.hub.reconcile;

import static dev.tideline.hub.testing.ScriptedEdge.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.codec.Ids;
import dev.tideline.hub.testing.HeapTable;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.SizeLimits;
import dev.tideline.model.State;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.Reason;
import dev.tideline.wire.v1.TermBegun;
import dev.tideline.wire.v1.Verdict;
import java.util.ArrayList;
import java.util.List;

/** A partition on tables in memory that decides what it is given, and two edges that write. */
final class TestedPartition {

  static final long NOW_MS = 10_000;
  static final long SKEW_MS = 60_000;
  static final long TERM = 7;
  static final Catalog CATALOG =
      new Catalog(
          1,
          List.of(
              new NamespaceContract("players", DataType.REGISTER, Durability.DISK, 100, 1),
              new NamespaceContract(
                  "worlds", DataType.REGISTER, Durability.DISK, SizeLimits.VALUE_BYTES_MAX, 1),
              new NamespaceContract("inventory", DataType.COUNTER, Durability.DISK, 100, 1)));

  final List<PartitionRecord> log = new ArrayList<>();
  final ScriptedEdge a = new ScriptedEdge("a", 1, 1);
  final ScriptedEdge b = new ScriptedEdge("b", 1, 1);
  HeapTable table = new HeapTable(1000);
  PartitionCore core = open(table, 100);

  static PartitionCore open(HeapTable table, int keysMax) {
    var core = new PartitionCore(0, table, new IdempotencyBudget(keysMax));
    core.enter(term());
    core.open(CATALOG, SKEW_MS);
    return core;
  }

  static TermBegun term() {
    return TermBegun.newBuilder()
        .setTerm(TERM)
        .addFirsts(TermBegun.FirstRevision.newBuilder().setRevision(1))
        .build();
  }

  static Share share(Mutation... mutations) {
    var id = Ids.decode(mutations[0].getId());
    return new Share(Source.of(id), 0, List.of(mutations));
  }

  List<Decision> decide(Mutation... mutations) {
    var step = core.decide(share(mutations), 0, NOW_MS);
    assertThat(step.gap()).isFalse();
    assertThat(step.next()).isEqualTo(mutations.length);
    core.commit();
    step.record().ifPresent(log::add);
    return step.record().map(PartitionRecord::getDecisionsList).orElse(List.of());
  }

  static void assertVerdict(Decision decision, Verdict verdict, Reason reason) {
    assertThat(decision.getVerdict()).isEqualTo(verdict);
    assertThat(decision.getReason()).isEqualTo(reason);
  }

  String value(String key) {
    return core.read(target("players", key)) instanceof State.Register register
        ? register.version().value().toStringUtf8()
        : "absent";
  }

  long sum(String key) {
    return core.read(target("inventory", key)) instanceof State.Counter counter ? counter.sum() : 0;
  }
}
