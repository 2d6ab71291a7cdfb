package dev.tideline.drills.chaos;

import dev.tideline.client.Ack;
import dev.tideline.drills.chaos.client.ChaosClients;
import dev.tideline.drills.chaos.client.RecordedEdge;
import dev.tideline.drills.chaos.history.Operation.Action;
import dev.tideline.drills.chaos.history.Operation.Outcome;
import dev.tideline.rig.RigEdge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/** Edges whose disks are gone, exist twice, or come back as they were before. */
final class DirectoryFaults {
  private static final int SPAN_MS_MOST = 3_000;
  private static final int WRITES_OF_THE_COPY = 5;

  private final Field field;
  private int copies;

  DirectoryFaults(Field field) {
    this.field = field;
  }

  void wipe(Random random) throws IOException {
    var edge = field.anyEdge(random);
    edge.process().kill();
    field.history().lostDisk(edge.id(), "wiped");
    Trees.empty(edge.data());
    field.say("edge %s is killed and its disk wiped; it starts with nothing".formatted(edge.id()));
    start(edge);
  }

  void setBack(Random random) throws IOException, InterruptedException {
    var edge = field.anyEdge(random);
    var older = copy(edge);
    field.say("edge %s is killed and its disk copied".formatted(edge.id()));
    start(edge);
    Thread.sleep(Fault.spanMs(random, 500, SPAN_MS_MOST));
    edge.process().kill();
    field.history().lostDisk(edge.id(), "set back");
    Trees.replace(edge.data(), older);
    field.say("edge %s is killed and set back to that copy".formatted(edge.id()));
    start(edge);
  }

  /** Nothing may be lost by it: the edges retain what they wrote. */
  void setHubBack(Random random) throws IOException, InterruptedException {
    var hub = field.rig().hub();
    hub.process().kill();
    var older = field.rig().directory().resolve("hub-copy-%d".formatted(++copies));
    Trees.copy(hub.data(), older);
    field.say("hub is killed and its disk copied");
    hub.process().start();
    hub.awaitReady();
    awaitConnected();
    Thread.sleep(Fault.spanMs(random, 500, SPAN_MS_MOST));
    hub.process().kill();
    Trees.replace(hub.data(), older);
    field.say("hub is killed and set back to that copy");
    hub.process().start();
    hub.awaitReady();
    awaitConnected();
    field.say("hub has healed and serves again");
  }

  private void awaitConnected() throws InterruptedException {
    for (var edge : field.rig().edges()) {
      Field.await("edge " + edge.id() + " is connected", () -> isConnected(edge));
    }
  }

  /** Two live edges of one id: the hub speaks with the one that it met last. */
  void runTwice(Random random) throws IOException, InterruptedException {
    var edge = field.anyEdge(random);
    var directory = copy(edge);
    start(edge);
    Field.await("edge " + edge.id() + " is connected", () -> isConnected(edge));
    var name = directory.getFileName().toString();
    try (var twin = edge.twin(name, directory)) {
      twin.process().start();
      twin.awaitReady();
      field.say("edge %s runs twice, the second time on a copy of its disk".formatted(edge.id()));
      Field.await("the first of two is fenced", () -> Field.hubState(edge).equals("FENCED"));
      write(twin, random);
      field.say("the first edge %s is fenced; the copy is killed".formatted(edge.id()));
      twin.process().kill();
    }
    edge.process().kill();
    start(edge);
  }

  /** Whatever the copy has acknowledged with the hub's word must stay, too. */
  private void write(RigEdge twin, Random random) {
    var name = twin.process().name();
    var recorded = new RecordedEdge(name, name, twin.client(), field.history());
    for (int i = 0; i < WRITES_OF_THE_COPY; i++) {
      var key = ChaosClients.KEYS.get(random.nextInt(ChaosClients.KEYS.size()));
      var intent = "%s-%d".formatted(name, i);
      var outcome = recorded.add(key, new Action.Add(1, intent), Optional.of(Ack.HUB));
      if (outcome instanceof Outcome.Refused refused) {
        throw new IllegalStateException("the copy does not take writes: " + refused);
      }
    }
    field.history().lostDisk(name, "a copy that is gone");
  }

  private Path copy(RigEdge edge) throws IOException {
    edge.process().kill();
    copies++;
    var copy = field.rig().directory().resolve("edge-%s-copy-%d".formatted(edge.id(), copies));
    Trees.copy(edge.data(), copy);
    return copy;
  }

  private void start(RigEdge edge) {
    edge.process().start();
    edge.awaitReady();
    field.say("edge %s serves again".formatted(edge.id()));
  }

  private static boolean isConnected(RigEdge edge) {
    return Field.hubState(edge).equals("CONNECTED");
  }
}
