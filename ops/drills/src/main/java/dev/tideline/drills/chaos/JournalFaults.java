package dev.tideline.drills.chaos;

import dev.tideline.rig.RigEdge;
import dev.tideline.store.LogInspection;
import dev.tideline.store.LogInspection.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Journals that are damaged while nobody looks: in their last record, or before it. */
final class JournalFaults {
  private static final int RECORDS_MIN = 5;
  private static final int DAMAGE_BYTES = 16;
  private static final Duration REFUSAL_PATIENCE = Duration.ofMinutes(1);

  private static final String CUT = "cut a torn end";
  private static final String WAY_OUT =
      "restore the directory from a copy, or move it away and let the node fetch everything again";

  private final Field field;
  private int copies;

  JournalFaults(Field field) {
    this.field = field;
  }

  /** The last record is torn: it is cut, said, and everything before it is there. */
  void tail(Random random) throws IOException, InterruptedException {
    var edge = field.anyEdge(random);
    var records = killedWithRecords(edge);
    int said = edge.process().outputText().length();
    field.history().lostDisk(edge.id(), "the last record of the journal is torn");
    damage(records.getLast());
    field.say("edge %s is killed and the end of its journal torn".formatted(edge.id()));
    edge.process().start();
    edge.awaitReady();
    if (!edge.process().outputText().substring(said).contains(CUT)) {
      throw new IllegalStateException("edge %s did not say that it cut".formatted(edge.id()));
    }
    field.say("edge %s says that it cut, and serves again".formatted(edge.id()));
  }

  /** A record before the last is damaged: the edge refuses to start, and what it advises works. */
  void middle(Random random) throws IOException, InterruptedException {
    var edge = field.anyEdge(random);
    var records = killedWithRecords(edge);
    var copy = field.rig().directory().resolve("journal-copy-%d".formatted(++copies));
    Trees.copy(edge.data(), copy);
    damage(records.get(random.nextInt(records.size() - 2)));
    field.say("edge %s is killed and the middle of its journal damaged".formatted(edge.id()));
    int said = edge.process().outputText().length();
    edge.process().start();
    int status = edge.process().awaitExit(REFUSAL_PATIENCE);
    if (status == 0 || !edge.process().outputText().substring(said).contains(WAY_OUT)) {
      throw new IllegalStateException(
          "edge %s ended with %d and did not say what to do".formatted(edge.id(), status));
    }
    if (random.nextBoolean()) {
      Trees.replace(edge.data(), copy);
      field.say("edge %s refuses to start; it is restored from a copy".formatted(edge.id()));
    } else {
      field.history().lostDisk(edge.id(), "moved away");
      Trees.empty(edge.data());
      field.say("edge %s refuses to start; its disk is moved away".formatted(edge.id()));
    }
    edge.process().start();
    edge.awaitReady();
    field.say("edge %s serves again".formatted(edge.id()));
  }

  /** Kills an edge once the newest file of its journal holds a few records; where they lie. */
  private List<Place> killedWithRecords(RigEdge edge) throws IOException, InterruptedException {
    var journal = edge.data().resolve("journal");
    Field.await(
        "edge %s has written".formatted(edge.id()), () -> newest(journal).size() >= RECORDS_MIN);
    edge.process().kill();
    return newest(journal);
  }

  /** The records of the newest file. */
  private static List<Place> newest(Path journal) {
    var places = new ArrayList<Place>();
    try {
      LogInspection.read(
          journal,
          (place, content) -> {
            if (!places.isEmpty() && !places.getLast().file().equals(place.file())) {
              places.clear();
            }
            return places.add(place);
          });
    } catch (IOException e) {
      // Files come and go while the edge runs: the next look tells.
      places.clear();
    }
    return places;
  }

  private static void damage(Place place) throws IOException {
    var noise = ByteBuffer.allocate(DAMAGE_BYTES);
    while (noise.hasRemaining()) {
      noise.put((byte) 0x5A);
    }
    try (var file = FileChannel.open(place.file(), StandardOpenOption.WRITE)) {
      file.write(noise.flip(), place.offset() + DAMAGE_BYTES);
    }
  }
}
