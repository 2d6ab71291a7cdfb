package dev.tideline.drills.sim.node;

import dev.tideline.drills.sim.world.Dice;
import dev.tideline.drills.sim.world.Drive;
import dev.tideline.drills.sim.world.Life;
import dev.tideline.drills.sim.world.Link;
import dev.tideline.drills.sim.world.LogFile;
import dev.tideline.drills.sim.world.NodeClock;
import dev.tideline.drills.sim.world.SimLog;
import dev.tideline.drills.sim.world.SimThread;
import dev.tideline.drills.sim.world.Tamper;
import dev.tideline.drills.sim.world.World;
import dev.tideline.edge.EdgeConfig;
import dev.tideline.edge.EdgeStations;
import dev.tideline.edge.uplink.HubLink;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.store.InMemoryCheckpoints;
import dev.tideline.store.InMemoryTable;
import dev.tideline.store.LogFullException;
import dev.tideline.store.TableConfig;
import io.grpc.Channel;
import java.util.Optional;

/** The machine of one edge. */
public final class EdgeMachine {

  private static final long RESTART_MIN_US = 20_000;
  private static final long RESTART_MAX_US = 400_000;

  private final World world;
  private final Dice dice;
  private final String name;
  private final EdgeConfig config;
  private final Link link;
  private final NodeClock clock;
  private final Witness witness;
  private final Sabotage sabotage;
  private final Drive drive = new Drive();
  private LogFile journal = new LogFile();
  private LogFile apply = new LogFile();
  private InMemoryCheckpoints checkpoints = new InMemoryCheckpoints();
  private Optional<Running> running = Optional.empty();
  private int boots;

  /** What an edge's disk held at some moment. */
  public record Image(LogFile journal, LogFile apply, InMemoryCheckpoints checkpoints) {}

  /** Who sees what it does, and who meddles with it. */
  record Eyes(Witness witness, Sabotage sabotage) {}

  private record Running(Life life, EdgeStations stations) {}

  EdgeMachine(World world, Dice dice, String name, EdgeConfig config, Link link, Eyes eyes) {
    this.world = world;
    this.dice = dice;
    this.name = name;
    this.config = config;
    this.link = link;
    witness = eyes.witness();
    sabotage = eyes.sabotage();
    clock = new NodeClock(world);
  }

  public String name() {
    return name;
  }

  public Link link() {
    return link;
  }

  public Drive drive() {
    return drive;
  }

  public NodeClock clock() {
    return clock;
  }

  public LogFile journal() {
    return journal;
  }

  /** The running process; empty if there is none. */
  public Optional<EdgeStations> stations() {
    return running.filter(one -> !one.life().over()).map(Running::stations);
  }

  /** The life of the running process. */
  public Optional<Life> life() {
    return running.map(Running::life).filter(life -> !life.over());
  }

  /** Starts the process, or tries again later if the disk does not let it. */
  public void start() {
    if (life().isPresent()) {
      return;
    }
    boots++;
    var life = new Life(world, name, this::died);
    world.tell(
        name, "starts, journal to %d, apply log to %d".formatted(journal.last(), apply.last()));
    running = Optional.empty();
    try {
      var stations =
          new EdgeStations(
              config, storage(life), machine(life), links(life), Telemetry.countsOnly());
      running = Optional.of(new Running(life, stations));
      stations.open();
    } catch (LogFullException e) {
      life.end();
      world.tell(name, "does not start: " + e.getMessage());
      restartLater();
    } catch (RuntimeException e) {
      life.end();
      witness.broke(name, e);
    }
  }

  private EdgeStations.Storage storage(Life life) {
    return new EdgeStations.Storage(
        log(
            life,
            journal,
            sabotage.journal(),
            (position, record) -> witness.journalled(this, position, record)),
        log(life, apply, sabotage.applyLog(), (position, record) -> witness.applied(this, record)),
        () -> new InMemoryTable(TableConfig.DEFAULT),
        new SabotagedCheckpoints(checkpoints, sabotage, sabotage::edgeCheckpoint));
  }

  private SimLog log(Life life, LogFile file, Tamper tamper, SimLog.Watcher watcher) {
    return new SimLog(new SimLog.Place(world, life, file, drive, dice, tamper), watcher);
  }

  private Machine machine(Life life) {
    return new Machine(
        clock,
        () -> world.nowUs() * 1000,
        dice.generator(),
        thread -> new SimThread(world, life, thread),
        "boot-" + boots);
  }

  private EdgeStations.Links links(Life life) {
    return new EdgeStations.Links(new Dialled(link, life), new Dialled(link, life));
  }

  private record Dialled(Link link, Life life) implements HubLink {
    @Override
    public Channel connect() {
      return link.channel(life);
    }

    @Override
    public String address() {
      return "hub:0";
    }

    @Override
    public void close() {}
  }

  /** The process is killed: what it wrote is still there. */
  public void kill() {
    world.tell(name, "is killed");
    end(false);
  }

  /** The machine is lost, and with it some of what was not synced. */
  public void loseMachine() {
    end(true);
    long lastBefore = journal.last();
    journal.loseMachine(dice);
    apply.loseMachine(dice);
    world.tell(
        name,
        "loses power, keeps %d of %d records of its journal".formatted(journal.last(), lastBefore));
    witness.journalReplaced(this);
  }

  private void end(boolean silently) {
    running.ifPresent(one -> one.life().end());
    running = Optional.empty();
    link.edgeGone(silently);
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
        name + " comes back",
        this::start);
  }

  /** What the disk holds; what was not synced is in it as if it were. */
  public Image copyDisk() {
    return new Image(journal.copy(), apply.copy(), checkpoints.copy());
  }

  /** Another disk in the place of this one, while no process runs. */
  public void replaceDisk(Image image) {
    journal = image.journal().copy();
    apply = image.apply().copy();
    checkpoints = image.checkpoints().copy();
    witness.journalReplaced(this);
  }

  /** An empty disk in the place of this one, while no process runs. */
  public void wipe() {
    world.tell(name, "is wiped");
    replaceDisk(new Image(new LogFile(), new LogFile(), new InMemoryCheckpoints()));
  }
}
