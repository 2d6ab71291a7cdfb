package dev.tideline.drills.sim.node;

import dev.tideline.drills.sim.world.Drive;
import dev.tideline.drills.sim.world.Life;
import dev.tideline.drills.sim.world.Link;
import dev.tideline.drills.sim.world.LogFile;
import dev.tideline.drills.sim.world.NodeClock;
import dev.tideline.edge.EdgeConfig;
import dev.tideline.edge.EdgeStations;
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

  /** What an edge's disk held at some moment. */
  public record Image(LogFile journal, LogFile apply, InMemoryCheckpoints checkpoints) {}

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

  private final class OneProcess implements Host.Processes<EdgeStations> {

    @Override
    public EdgeStations build(Life life) {
      host.tell("starts, journal to %d, apply log to %d".formatted(journal.last(), apply.last()));
      return new EdgeStations(
          config, storage(life), host.machine(life), links(life), Telemetry.countsOnly());
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
