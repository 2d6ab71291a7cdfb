package dev.tideline.edge.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.edge.journal.Journal;
import dev.tideline.edge.journal.JournalReader;
import dev.tideline.model.Context;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.store.InMemoryRecordLog;
import dev.tideline.wire.v1.ForkedIncarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class HealIndexTest {

  private static final EdgeId EDGE = new EdgeId("a");

  /** The partition of a mutation here is what its sequence leaves, divided by this. */
  private static final int PARTITIONS = 3;

  private final Journal journal = new Journal(new InMemoryRecordLog(), EDGE);

  @Test
  void goesThroughOnePartitionAfterTheOtherInTheOrderOfTheJournal() {
    write(10);
    assertThat(all(100)).containsExactly(3L, 6L, 9L, 1L, 4L, 7L, 10L, 2L, 5L, 8L);
  }

  @Test
  void readsTheJournalAgainWhereMoreIsWantedThanItKeeps() {
    write(400);
    var expected = all(1_000);
    assertThat(expected).hasSize(400);
    for (int entriesMax : new int[] {2, 3, 7, 100, 399, 400}) {
      assertThat(all(entriesMax)).as("with %d places", entriesMax).isEqualTo(expected);
    }
  }

  @Test
  void hasNothingWhereNothingIsWanted() {
    write(5);
    try (var index = new HealIndex(journal, reader -> OptionalInt.empty(), 10)) {
      assertThat(index.hasNext()).isFalse();
    }
  }

  private List<Long> all(int entriesMax) {
    var sequences = new ArrayList<Long>();
    try (var index = new HealIndex(journal, HealIndexTest::partition, entriesMax)) {
      while (index.hasNext()) {
        sequences.add(index.peek().sequence());
        index.take();
      }
    }
    return sequences;
  }

  private static OptionalInt partition(JournalReader reader) {
    return OptionalInt.of((int) (reader.sequence() % PARTITIONS));
  }

  private void write(int mutations) {
    journal.recover(
        1,
        new Journal.Visitor() {
          @Override
          public void mutation(Mutation mutation, long position, int bytes) {}

          @Override
          public void begun(long incarnation, List<ForkedIncarnation> forked) {}
        });
    long incarnation = journal.begin(1_000, 0, "boot", List.of());
    for (int i = 1; i <= mutations; i++) {
      var target = new QualifiedKey("players", Key.of("z/" + i));
      var put = new Operation.Put(target, ByteString.EMPTY, "", Precondition.NONE, 0);
      var mutation =
          new Mutation(
              new MutationId(EDGE, incarnation, i),
              i - 1,
              "z",
              List.of(put),
              Context.NOTHING,
              HybridTime.ofMillis(1_000),
              "",
              "",
              0,
              1,
              ByteString.EMPTY);
      journal.append(mutation);
    }
  }
}
