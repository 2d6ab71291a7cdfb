package dev.tideline.edge.replica;

import static dev.tideline.edge.replica.TestedReplica.upTo;
import static dev.tideline.edge.replica.TestedReplica.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tideline.model.Interest;
import dev.tideline.model.Interests;
import dev.tideline.model.Verdict;
import dev.tideline.store.LogFullException;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.PartitionSnapshot;
import dev.tideline.wire.v1.Position;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a disk that fills up in the middle of something leaves undone, and what it does not. */
class FullDiskTest {

  private static final Position END = Position.newBuilder().setTerm(7).setRevision(1).build();

  private final TestedReplica tested = new TestedReplica();
  private final ReplicaDriver replica = tested.begun();

  @Test
  void whoWaitsForAVerdictIsToldWhenTheLoadThatEndsWithItCannotGoLive() {
    var loads = replica.loads();
    var more = Interests.of(List.of(Interest.parse("zone=z")));
    loads.begin(more, List.of(0L));
    assertThat(loads.take(TestedReplica.starts(PartitionSnapshot.newBuilder()))).isTrue();
    assertThat(loads.take(TestedReplica.ends(END))).isTrue();
    var receipt = write(replica, "z/1");
    var waiting = replica.verdict(receipt);
    var batch =
        ChangeBatch.newBuilder()
            .setTerm(END.getTerm())
            .setFromRevision(1)
            .setToRevision(1)
            .addIncluded(upTo(receipt))
            .build();

    tested.applyLog.fullAfter(1);
    assertThatThrownBy(() -> replica.apply(batch)).isInstanceOf(LogFullException.class);

    assertThat(waiting).isCompletedWithValueMatching(it -> it.verdict() == Verdict.APPLIED);
    assertThat(loads.isLoading()).as("it goes live when there is room").isTrue();
    tested.applyLog.fullAfter(Integer.MAX_VALUE);
    assertThat(replica.apply(batch)).isPresent();
    assertThat(loads.isLoading()).isFalse();
  }
}
