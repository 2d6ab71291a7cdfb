package dev.tideline.drills.sim.node;

import dev.tideline.drills.sim.world.Drive;
import dev.tideline.drills.sim.world.Life;
import dev.tideline.drills.sim.world.Link;
import dev.tideline.drills.sim.world.LogFile;
import dev.tideline.drills.sim.world.NodeClock;
import dev.tideline.edge.EdgeConfig;
import dev.tideline.edge.EdgeStations;
import dev.tideline.edge.journal.Journal;
import dev.tideline.edge.uplink.HubLink;
import dev.tideline.model.EdgeId;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.store.InMemoryCheckpoints;
import io.grpc.Channel;
import java.util.Optional;

/** The machine of one edge. */
public final class EdgeMachine {

  private final Host<EdgeStations> host;
  private final EdgeConfig config;
  private final Link link;
  private LogFile journal = new LogFile();
  private LogFile apply = new LogFile();
  private InMemoryCheckpoints checkpoints = new InMemoryCheckpoints();
  private Optional<Watches> watches = Optional.empty();
  private Optional<Birth> birth = Optional.empty();

  /** What an edge's disk held at some moment. */
  public record Image(LogFile journal, LogFile apply, InMemoryCheckpoints checkpoints) {}

  /**
   * How a process began: whoever begins like that, with the same time and chance, is the same.
   *
   * @param disk what it found there
   */
  public record Birth(Image disk, long incarnation) {
    long wallMs() {
      return incarnation >>> Journal.INCARNATION_RANDOM_BITS;
    }
  }

  EdgeMachine(Host<EdgeStations> host, EdgeConfig config, Link link) {
    this.host = host;
    this.config = config;
    this.link = link;
  }

  public String name() {
    return host.name();
  }

  /** A copy has the id of what it is a copy of. */
  public EdgeId id() {
    return config.edge();
  }

  public Link link() {
    return link;
  }

  public Drive drive() {
    return host.drive();
  }

  public NodeClock clock() {
    return host.clock();
  }

  public LogFile journal() {
    return journal;
  }

  /** The running process; empty if there is none. */
  public Optional<EdgeStations> stations() {
    return host.stations();
  }

  /** What clients follow at the running process. */
  public Optional<Watches> watches() {
    return watches.filter(any -> host.stations().isPresent());
  }

  /** The life of the running process. */
  public Optional<Life> life() {
    return host.life();
  }

  /** Starts the process, or tries again later if the disk does not let it. */
  public void start() {
    host.start(new OneProcess());
  }

  /** How the running process began; empty if there is none, or it has left its incarnation. */
  public Optional<Birth> birth() {
    return birth.filter(this::stillLives);
  }

  private boolean stillLives(Birth began) {
    return host.stations()
        .filter(running -> running.replica().incarnation() == began.incarnation())
        .isPresent();
  }

  /**
   * Begins as another process began, which goes on elsewhere; its disk is what the other found.
   *
   * @return whether it is the same
   */
  public boolean startAs(Birth other) {
    clock().jump(other.wallMs() - clock().millis());
    host.nextChance(other.incarnation());
    start();
    return birth().filter(began -> began.incarnation() == other.incarnation()).isPresent();
  }

  private final class OneProcess implements Host.Processes<EdgeStations> {

    @Override
    public EdgeStations build(Life life) {
      host.tell("starts, journal to %d, apply log to %d".formatted(journal.last(), apply.last()));
      var disk = copyDisk();
      var stations =
          new EdgeStations(
              config, storage(life), host.machine(life), links(life), Telemetry.countsOnly());
      birth = Optional.of(new Birth(disk, stations.replica().incarnation()));
      return stations;
    }

    @Override
    public void built(Life life, EdgeStations stations) {
      watches =
          Optional.of(
              new Watches(
                  config.edge(),
                  stations.replica(),
                  host.thread(life, "watch-sender"),
                  host.thread(life, "watch-state")));
      host.witness().started(EdgeMachine.this);
    }

    @Override
    public void open(EdgeStations stations) {
      stations.open();
    }

    @Override
    public void died() {
      if (host.dice().perMille(500)) {
        kill();
      } else {
        loseMachine();
      }
      restartLater();
    }
  }

  private EdgeStations.Storage storage(Life life) {
    var sabotage = host.sabotage();
    return new EdgeStations.Storage(
        host.log(
            life,
            journal,
            sabotage.journal(),
            (position, record) -> host.witness().journalled(this, position, record)),
        host.log(
            life,
            apply,
            sabotage.applyLog(),
            (position, record) -> host.witness().applied(this, record)),
        host::table,
        host.checkpoints(checkpoints, life, sabotage::edgeCheckpoint));
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
    host.tell("is killed");
    end(false);
  }

  /** The machine is lost, and with it some of what was not synced. */
  public void loseMachine() {
    end(true);
    long lastBefore = journal.last();
    host.lose(journal);
    host.lose(apply);
    host.tell(
        "loses power, keeps %d of %d records of its journal".formatted(journal.last(), lastBefore));
    host.witness().journalReplaced(this);
  }

  private void end(boolean silently) {
    host.end();
    link.edgeGone(silently);
  }

  /** Starts it in a moment. */
  public void restartLater() {
    host.restartLater(this::start);
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
    host.witness().journalReplaced(this);
  }

  /** An empty disk in the place of this one, while no process runs. */
  public void wipe() {
    host.tell("is wiped");
    replaceDisk(new Image(new LogFile(), new LogFile(), new InMemoryCheckpoints()));
  }
}
