package dev.tideline.hub.reconcile;

import static dev.tideline.hub.reconcile.TestedPartition.CATALOG;
import static dev.tideline.hub.reconcile.TestedPartition.NOW_MS;
import static dev.tideline.hub.reconcile.TestedPartition.SKEW_MS;
import static dev.tideline.hub.reconcile.TestedPartition.TERM;
import static dev.tideline.hub.reconcile.TestedPartition.open;
import static dev.tideline.hub.reconcile.TestedPartition.share;
import static dev.tideline.hub.reconcile.TestedPartition.term;
import static dev.tideline.hub.testing.ScriptedEdge.add;
import static dev.tideline.hub.testing.ScriptedEdge.delete;
import static dev.tideline.hub.testing.ScriptedEdge.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.hub.testing.HeapTable;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.EdgeId;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.SizeLimits;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.PartitionHealed;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.Unhealed;
import dev.tideline.wire.v1.Verdict;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The order of a partition: revisions, watermarks, steps, and replaying them. */
class PartitionCoreTest {

  private final TestedPartition partition = new TestedPartition();
  private final ScriptedEdge a = partition.a;
  private final ScriptedEdge b = partition.b;

  @Nested
  class Order {

    @Test
    void everyDecisionTakesOneRevision() {
      partition.decide(a.write(put("players", "z/1", "x")), a.write(put("unknown", "z/2", "x")));
      partition.decide(b.write(add("z/3", 5)));

      assertThat(partition.log)
          .extracting(PartitionRecord::getFirstRevision)
          .containsExactly(1L, 3L);
      assertThat(partition.log.getFirst().getTerm()).isEqualTo(TERM);
      assertThat(partition.core.head()).isEqualTo(3);
    }

    @Test
    void theWatermarkMovesInTheSameRecord() {
      var second = a.write(add("z/1", 1));
      var third = a.write(add("z/1", 1));
      assertThat(second.getId().getSequence()).isEqualTo(1);
      partition.decide(second, third);

      var watermark = partition.log.getFirst().getWatermarks(0);
      assertThat(watermark.getSequence()).isEqualTo(2);
      assertThat(watermark.getContentHash()).isEqualTo(third.getContentHash());
      assertThat(partition.core.watermark(new Source(new EdgeId("a"), 1)).sequence()).isEqualTo(2);
    }

    @Test
    void whatTheWatermarkCoversIsNotDecidedAgain() {
      var first = a.write(add("z/1", 5));
      partition.decide(first);

      assertThat(partition.decide(first)).isEmpty();
      assertThat(partition.decide(first, a.write(add("z/1", 2)))).hasSize(1);
      assertThat(partition.sum("z/1")).isEqualTo(7);
    }

    @Test
    void aGapStopsTheShareBeforeIt() {
      var first = a.write(add("z/1", 1));
      a.write(add("z/1", 1));
      var third = a.write(add("z/1", 1));

      var step = partition.core.decide(share(first, third), 0, NOW_MS);

      assertThat(step.gap()).isTrue();
      assertThat(step.next()).isEqualTo(1);
      assertThat(step.record().orElseThrow().getDecisionsCount()).isEqualTo(1);
    }

    @Test
    void aPredecessorBeyondEverySequenceIsAGapToWhoHasSentNothing() {
      var odd = a.write(add("z/1", 7)).toBuilder().setPreviousSequence(-1).build();
      assertThat(partition.core.decide(share(odd), 0, NOW_MS).gap()).isTrue();
    }

    @Test
    void whatNobodyRetainsLeavesNoGapThoughItEndsBetweenMutations() {
      partition.core.healed(
          PartitionHealed.newBuilder()
              .addUnhealed(Unhealed.newBuilder().setEdge("a").setIncarnation(1).setToSequence(5))
              .build());
      var behind = a.write(add("z/1", 7)).toBuilder();
      behind.setId(behind.getId().toBuilder().setSequence(9));
      assertThat(partition.decide(behind.setPreviousSequence(4).build())).hasSize(1);
      behind.setId(behind.getId().toBuilder().setSequence(11));
      var gap = share(behind.setPreviousSequence(10).build());
      assertThat(partition.core.decide(gap, 0, NOW_MS).gap()).isTrue();
      var fork = share(behind.setPreviousSequence(8).build());
      assertThat(partition.core.decide(fork, 0, NOW_MS).gap()).isTrue();
    }

    @Test
    void anotherIncarnationBeginsAnew() {
      partition.decide(a.write(add("z/1", 1)));

      partition.decide(new ScriptedEdge("a", 2, 1).write(add("z/1", 1)));

      assertThat(partition.sum("z/1")).isEqualTo(2);
    }

    @Test
    void aLargeShareBecomesSeveralRecords() {
      var catalog =
          new Catalog(
              1,
              List.of(
                  new NamespaceContract("players", DataType.REGISTER, Durability.DISK, 65536, 1)));
      partition.core.open(catalog, SKEW_MS);
      var mutations = new Mutation[20];
      for (int i = 0; i < mutations.length; i++) {
        mutations[i] = a.write(put("players", "z/" + i, "x".repeat(60_000)));
      }
      int next = 0;
      int records = 0;
      while (next < mutations.length) {
        var step = partition.core.decide(share(mutations), next, NOW_MS);
        partition.core.commit();
        assertThat(step.record().orElseThrow().getSerializedSize())
            .isLessThan(SizeLimits.RECORD_BYTES_TARGET + 70_000);
        next = step.next();
        records++;
      }
      assertThat(records).isEqualTo(4);
      assertThat(partition.core.head()).isEqualTo(20);
    }

    @Test
    void whatCouldNotBeAppendedIsAsIfItHadNeverCome() {
      partition.decide(a.write(put("players", "z/1", "before")), a.keyed("k0", add("z/c", 1)));
      var content = partition.table.content();
      var share = share(a.write(put("players", "z/1", "after")), a.keyed("k", add("z/c", 1)));

      partition.core.decide(share, 0, NOW_MS);
      partition.core.abandon();

      assertThat(partition.table.content()).isEqualTo(content);
      assertThat(partition.core.head()).isEqualTo(2);
      assertThat(partition.core.decide(share, 0, NOW_MS).record().orElseThrow().getDecisionsList())
          .extracting(Decision::getVerdict)
          .containsOnly(Verdict.APPLIED);
    }
  }

  @Test
  void replayLeavesTheSameState() {
    for (int seed = 1; seed <= 20; seed++) {
      partition.log.clear();
      partition.table = new HeapTable(1000);
      partition.core = open(partition.table, 50);
      randomHistory(new Random(seed));

      var again = new HeapTable(1000);
      var replayed = new PartitionCore(0, again, new IdempotencyBudget(50));
      replayed.enter(term());
      partition.log.forEach(record -> replayed.replay(record, NOW_MS));
      replayed.open(CATALOG, SKEW_MS);

      assertThat(again.content()).as("seed %d", seed).isEqualTo(partition.table.content());
      assertThat(replayed.status()).isEqualTo(partition.core.status());
      for (var edge : List.of("p", "q")) {
        var source = new Source(new EdgeId(edge), 1);
        assertThat(replayed.watermark(source)).isEqualTo(partition.core.watermark(source));
        for (long s = 1; s <= partition.core.watermark(source).sequence(); s++) {
          var id = new dev.tideline.model.MutationId(source.edge(), 1, s);
          assertThat(replayed.verdicts().find(id)).isEqualTo(partition.core.verdicts().find(id));
        }
      }
      // The idempotency keys cannot be looked into, but what they decide can.
      var probe = new ScriptedEdge("r", 1, 1);
      for (int k = 0; k < 12; k++) {
        var repeat = share(probe.keyed("k" + k, add("z/c" + k % 3, 1)));
        assertThat(replayed.decide(repeat, 0, NOW_MS).record())
            .isEqualTo(partition.core.decide(repeat, 0, NOW_MS).record());
        replayed.commit();
        partition.core.commit();
      }
    }
  }

  private void randomHistory(Random random) {
    var edges = List.of(new ScriptedEdge("p", 1, 1), new ScriptedEdge("q", 1, 1));
    for (int i = 0; i < 200; i++) {
      var edge = edges.get(random.nextInt(2)).saw(random.nextInt((int) partition.core.head() + 1));
      edge.at(random.nextInt(100_000));
      var key = "z/" + random.nextInt(5);
      int k = random.nextInt(12);
      switch (random.nextInt(6)) {
        case 0 -> partition.decide(edge.write(delete("players", key)));
        case 1 -> partition.decide(edge.keyed("k" + k, add("z/c" + k % 3, 1 + random.nextInt(2))));
        case 2 -> partition.decide(edge.write(put("players", key, "x" + i), add("z/c0", 1)));
        case 3 -> partition.decide(edge.keyed("p" + k, put("players", "z/" + k % 3, "v" + k)));
        case 4 -> partition.decide(edge.write(put("nowhere", key, "x")));
        default -> partition.decide(edge.write(put("players", key, "x" + i)));
      }
    }
  }
}
