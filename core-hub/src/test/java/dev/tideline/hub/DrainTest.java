package dev.tideline.hub;

import static dev.tideline.hub.testing.ScriptedEdge.add;
import static dev.tideline.hub.testing.ScriptedEdge.batch;
import static dev.tideline.hub.testing.ScriptedEdge.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.hub.checkpoint.CheckpointDriver;
import dev.tideline.hub.checkpoint.CheckpointRestore;
import dev.tideline.hub.checkpoint.CheckpointRules;
import dev.tideline.hub.testing.ManualLog;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.InMemoryCheckpoints;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.InterestUpdate;
import dev.tideline.wire.v1.PartitionProgress;
import dev.tideline.wire.v1.Position;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A copy of an edge that was fenced brings what it acknowledged. */
final class DrainTest {

  private final InMemoryHub hub = new InMemoryHub(ManualLog.unsynced());
  private final ScriptedEdge older = new ScriptedEdge("a", 10, 64);
  private final ScriptedEdge newer = new ScriptedEdge("a", 5, 64);

  @Test
  void whatItBringsIsDecidedAndTheLiveSessionGoesOn() {
    hub.connect(older.hello());
    var live = hub.connect(newer.hello());
    var drain = hub.connect(older.hello().setDrain(true));
    drain.send(batch(older.write(add("z/1", 3))));
    hub.log.sync();
    assertThat(drain.last().getMutationAck().getSequence()).isEqualTo(1);
    assertThat(hub.sum("z/1")).isEqualTo(3);
    assertThat(live.stream().completed).isFalse();
    live.send(batch(newer.write(add("z/1", 4))));
    hub.log.sync();
    assertThat(hub.sum("z/1")).isEqualTo(7);
    assertThat(live.stream().changes()).isNotEmpty();
    assertThat(drain.stream().changes()).isEmpty();
  }

  @Test
  void itMayBeatAndNothingElse() {
    hub.connect(older.hello());
    hub.connect(newer.hello());
    var drain = hub.connect(older.hello().setDrain(true));
    drain.send(heartbeat(1));
    assertThat(drain.stream().frames).anyMatch(frame -> frame.hasHeartbeat());
    drain.send(
        EdgeFrame.newBuilder().setInterestUpdate(InterestUpdate.getDefaultInstance()).build());
    drain.assertEnded(Error.Code.MALFORMED_FRAME);
  }

  /** Its hub was killed in the middle of healing: nobody has told of the lost history again yet. */
  @Test
  void whoKnowsMoreThanTheHubWaitsAsLongAsOthersMayComeToHealIt() {
    hub.connect(older.hello());
    hub.connect(newer.hello());
    long term = hub.reconcile.status(0).position().term();
    var cursor = Position.newBuilder().setTerm(term).setRevision(5);
    var beyond =
        PartitionProgress.newBuilder().setCursor(cursor).addTerms(cursor.clone().setRevision(1));
    var drain = hub.connect(older.hello().setDrain(true).addProgress(beyond));
    var refused = drain.last().getRefused().getError();
    assertThat(refused.getCode()).isEqualTo(Error.Code.HEALING);
    assertThat(refused.getRetryable()).isTrue();

    hub.pass(InMemoryHub.HEAL_DEADLINE_MS);
    drain = hub.connect(older.hello().setDrain(true).addProgress(beyond));
    drain.send(batch(older.write(add("z/1", 3))));
    hub.log.sync();
    assertThat(hub.sum("z/1")).as("nobody else has come who could tell").isEqualTo(3);
  }

  @Test
  void theLiveIncarnationDoesNotDrain() {
    hub.connect(older.hello());
    var refused = hub.connect(older.hello().setDrain(true)).last().getRefused().getError();
    assertThat(refused.getCode()).isEqualTo(Error.Code.UNSUPPORTED);
    assertThat(refused.getRetryable()).isTrue();
  }

  @Test
  void anIncarnationThatOnlyEverDrainedIsNeverTheLiveOne() {
    hub.connect(older.hello());
    hub.connect(newer.hello());
    var drawn = new ScriptedEdge("a", 99, 64);
    hub.connect(drawn.hello().setDrain(true)).send(batch(drawn.write(add("z/1", 3))));
    hub.log.sync();
    assertThat(hub.sum("z/1")).isEqualTo(3);
    assertStillLive(hub, drawn);

    assertStillLive(new InMemoryHub(hub.log.crashedAfter(hub.log.lastPosition())), drawn);
    var checkpoints = new InMemoryCheckpoints();
    var nothing = new CheckpointRestore(Optional.empty());
    var rules = new CheckpointRules(1, 0, 0, 1 << 30);
    new CheckpointDriver(hub.sources, checkpoints, rules, nothing, new Metrics(), Machine.real())
        .run();
    var log = hub.log.crashedAfter(hub.log.lastPosition());
    assertStillLive(new InMemoryHub(log, new CheckpointRestore(checkpoints.newest())), drawn);
  }

  private void assertStillLive(InMemoryHub at, ScriptedEdge drawn) {
    var refused = at.connect(drawn.hello()).last().getRefused().getError();
    assertThat(refused.getCode()).isEqualTo(Error.Code.FENCED);
    assertThat(at.connect(newer.hello()).stream().frames.getFirst().hasWelcome()).isTrue();
  }
}
