package dev.tideline.edge.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.edge.journal.Journal;
import dev.tideline.model.Context;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.SizeLimits;
import dev.tideline.store.InMemoryRecordLog;
import dev.tideline.wire.v1.ForkedIncarnation;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MutationFeedTest {

  private static final EdgeId EDGE = new EdgeId("a");
  private static final long IN_FLIGHT_BYTES_MAX = 8 << 20;
  private static final int FULL = SizeLimits.BATCH_MUTATIONS_MAX;

  private final Journal journal = new Journal(new InMemoryRecordLog(), EDGE);
  private final long incarnation = begin();
  private final MutationFeed feed =
      new MutationFeed(journal.read(journal.end()), IN_FLIGHT_BYTES_MAX);
  private long sequence;

  private long begin() {
    journal.recover(1, new Ignored());
    return journal.begin(1_000, 7, "boot", List.of());
  }

  private static final class Ignored implements Journal.Visitor {
    @Override
    public void mutation(Mutation mutation, long position, int bytes) {}

    @Override
    public void begun(long incarnation, List<ForkedIncarnation> forked) {}
  }

  @AfterEach
  void close() {
    feed.close();
  }

  private void write(int count) {
    for (int i = 0; i < count; i++) {
      sequence++;
      var target = new QualifiedKey("stock", Key.of("z/" + sequence));
      journal.append(
          new Mutation(
              new MutationId(EDGE, incarnation, sequence),
              sequence - 1,
              "z",
              List.of(new Operation.Add(target, 1, Precondition.NONE, 0)),
              Context.NOTHING,
              HybridTime.ofMillis(1_000 + sequence),
              "",
              "",
              0,
              1,
              ByteString.EMPTY));
    }
  }

  private int next() {
    return feed.next(2_000).map(batch -> batch.getCount()).orElse(0);
  }

  @Test
  void aMutationIsSentAloneWhenNothingWaits() {
    write(1);
    assertThat(next()).isEqualTo(1);
    assertThat(next()).isZero();
  }

  @Test
  void whatComesWhileTwoBatchesAreOnTheirWayIsGathered() {
    write(1);
    assertThat(next()).isEqualTo(1);
    write(1);
    assertThat(next()).isEqualTo(1);
    write(5);
    assertThat(next()).isZero();
    feed.acknowledged(incarnation, 1);
    assertThat(next()).isEqualTo(5);
  }

  @Test
  void fullBatchesGoAheadOfAcknowledgementsAndTheRestDoesNot() {
    write(3 * FULL + 10);
    assertThat(next()).isEqualTo(FULL);
    assertThat(next()).isEqualTo(FULL);
    assertThat(next()).isEqualTo(FULL);
    assertThat(next()).isZero();
    feed.acknowledged(incarnation, 2L * FULL);
    assertThat(next()).isEqualTo(10);
  }

  @Test
  void notMoreFullBatchesThanTheHubCanUseAreOnTheirWay() {
    write((MutationFeed.FULL_BATCHES_MAX + 2) * FULL);
    for (int i = 0; i < MutationFeed.FULL_BATCHES_MAX; i++) {
      assertThat(next()).isEqualTo(FULL);
    }
    assertThat(next()).isZero();
  }
}
