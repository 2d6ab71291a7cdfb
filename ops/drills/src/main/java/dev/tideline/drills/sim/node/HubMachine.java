package dev.tideline.drills.sim.node;

import com.google.protobuf.MessageLite;
import dev.tideline.drills.sim.world.Dice;
import dev.tideline.drills.sim.world.Drive;
import dev.tideline.drills.sim.world.HubDoor;
import dev.tideline.drills.sim.world.Life;
import dev.tideline.drills.sim.world.LogFile;
import dev.tideline.drills.sim.world.NodeClock;
import dev.tideline.drills.sim.world.SimLog;
import dev.tideline.drills.sim.world.SimThread;
import dev.tideline.drills.sim.world.World;
import dev.tideline.hub.HubConfig;
import dev.tideline.hub.HubStations;
import dev.tideline.hub.fanout.FrameStream;
import dev.tideline.hub.ingest.HubSession;
import dev.tideline.hub.snapshot.SnapshotSession;
import dev.tideline.hub.snapshot.SnapshotStream;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.store.InMemoryCheckpoints;
import dev.tideline.store.InMemoryTable;
import dev.tideline.store.LogFullException;
import dev.tideline.store.TableConfig;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotRequest;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The machine of the hub. */
public final class HubMachine implements HubDoor {

  private static final String NAME = "hub";
  private static final long RESTART_MIN_US = 20_000;
  private static final long RESTART_MAX_US = 400_000;

  private final World world;
  private final Dice dice;
  private final HubConfig config;
  private final Witness witness;
  private final Sabotage sabotage;
  private final NodeClock clock;
  private final Drive drive = new Drive();
  private final LogFile log = new LogFile();
  private final InMemoryCheckpoints checkpoints = new InMemoryCheckpoints();
  private Runnable gone = () -> {};
  private Optional<Running> running = Optional.empty();
  private int boots;

  private record Running(Life life, HubStations stations) {}

  HubMachine(World world, Dice dice, HubConfig config, EdgeMachine.Eyes eyes) {
    this.world = world;
    this.dice = dice;
    this.config = config;
    witness = eyes.witness();
    sabotage = eyes.sabotage();
    clock = new NodeClock(world);
  }

  /** Told when its process ends. */
  void whenGone(Runnable listener) {
    gone = listener;
  }

  public Drive drive() {
    return drive;
  }

  public NodeClock clock() {
    return clock;
  }

  public LogFile log() {
    return log;
  }

  /** The running process; empty if there is none. */
  public Optional<HubStations> stations() {
    return running.filter(one -> !one.life().over()).map(Running::stations);
  }

  @Override
  public Optional<Life> life() {
    return running.map(Running::life).filter(life -> !life.over());
  }

  /** Starts the process, or tries again later if the disk does not let it. */
  public void start() {
    if (life().isPresent()) {
      return;
    }
    boots++;
    var life = new Life(world, NAME, this::died);
    world.tell(NAME, "starts, change log to " + log.last());
    witness.hubBegins(log.last());
    try {
      var place = new SimLog.Place(world, life, log, drive, dice, sabotage.changeLog());
      var storage =
          new HubStations.Storage(
              new SimLog(place, (position, record) -> witness.decided(this, position, record)),
              new InMemoryTable(TableConfig.DEFAULT),
              new SabotagedCheckpoints(checkpoints, sabotage, sabotage::hubCheckpoint));
      var stations =
          new HubStations(
              config, storage, machine(life), Telemetry.countsOnly(), broken -> life.doom());
      running = Optional.of(new Running(life, stations));
      stations.open();
    } catch (LogFullException e) {
      life.end();
      world.tell(NAME, "does not start: " + e.getMessage());
      restartLater();
    } catch (RuntimeException e) {
      life.end();
      witness.broke(NAME, e);
    }
  }

  private Machine machine(Life life) {
    return new Machine(
        clock,
        () -> world.nowUs() * 1000,
        dice.generator(),
        thread -> new SimThread(world, life, thread),
        "boot-" + boots);
  }

  /** The process is killed: what it wrote is still there. */
  public void kill() {
    world.tell(NAME, "is killed");
    end();
  }

  /** The machine is lost, and with it some of what was not synced. */
  public void loseMachine() {
    end();
    long lastBefore = log.last();
    log.loseMachine(dice);
    world.tell(
        NAME, "loses power, keeps %d of %d records of its log".formatted(log.last(), lastBefore));
  }

  private void end() {
    running.ifPresent(one -> one.life().end());
    running = Optional.empty();
    gone.run();
  }

  private void died() {
    if (dice.perMille(500)) {
      kill();
    } else {
      loseMachine();
    }
    restartLater();
  }

  /** Starts it in a moment. */
  public void restartLater() {
    world.after(
        dice.between(RESTART_MIN_US, RESTART_MAX_US),
        Installation.WORLD,
        "the hub comes back",
        this::start);
  }

  @Override
  public Served session(ToEdge stream) {
    var session = stations().orElseThrow().ingest().connect(new Frames(this, stream));
    return new Session(this, stream.edge(), session);
  }

  @Override
  public Served snapshot(ToEdge stream) {
    return new Snapshot(this, stream);
  }

  private record Session(HubMachine hub, String edge, HubSession session) implements Served {
    @Override
    public void message(MessageLite message) {
      hub.witness.heard(edge, message);
      session.receive(hub.sabotage.heard((EdgeFrame) message));
    }

    @Override
    public void finished() {
      session.finished();
    }

    @Override
    public void closed() {
      session.closed();
    }

    @Override
    public void ready() {
      session.ready();
    }
  }

  private record Frames(HubMachine hub, ToEdge stream) implements FrameStream {
    @Override
    public boolean isReady() {
      return stream.isReady();
    }

    @Override
    public void send(HubFrame sent) {
      var frame = hub.sabotage.told(sent);
      hub.witness.told(hub, stream.edge(), frame);
      stream.send(frame);
    }

    @Override
    public void request(int frames) {
      stream.request(frames);
    }

    @Override
    public void complete() {
      stream.complete();
    }

    @Override
    public void fail(RuntimeException cause) {
      hub.witness.broke(NAME, cause);
      stream.fail(cause);
    }
  }

  private static final class Snapshot implements Served {
    private final HubMachine hub;
    private final ToEdge stream;
    private @Nullable SnapshotSession session;

    Snapshot(HubMachine hub, ToEdge stream) {
      this.hub = hub;
      this.stream = stream;
    }

    @Override
    public void message(MessageLite message) {
      var opened =
          hub.stations()
              .orElseThrow()
              .snapshots()
              .open((SnapshotRequest) message, new Chunks(hub, stream));
      session = opened;
      opened.ready();
    }

    private void ifOpen(Consumer<SnapshotSession> action) {
      if (session != null) {
        action.accept(session);
      }
    }

    @Override
    public void finished() {}

    @Override
    public void closed() {
      ifOpen(SnapshotSession::cancel);
    }

    @Override
    public void ready() {
      ifOpen(SnapshotSession::ready);
    }
  }

  private record Chunks(HubMachine hub, ToEdge stream) implements SnapshotStream {
    @Override
    public boolean isReady() {
      return stream.isReady();
    }

    @Override
    public void send(SnapshotFrame sent) {
      var frame = hub.sabotage.told(sent);
      hub.witness.told(hub, stream.edge(), frame);
      stream.send(frame);
    }

    @Override
    public void complete() {
      stream.complete();
    }

    @Override
    public void fail(RuntimeException cause) {
      hub.witness.broke(NAME, cause);
      stream.fail(cause);
    }
  }
}
