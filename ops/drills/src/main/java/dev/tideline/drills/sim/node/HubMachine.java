package dev.tideline.drills.sim.node;

import com.google.protobuf.MessageLite;
import dev.tideline.drills.sim.world.Drive;
import dev.tideline.drills.sim.world.HubDoor;
import dev.tideline.drills.sim.world.Life;
import dev.tideline.drills.sim.world.LogFile;
import dev.tideline.drills.sim.world.NodeClock;
import dev.tideline.hub.HubConfig;
import dev.tideline.hub.HubStations;
import dev.tideline.hub.fanout.FrameStream;
import dev.tideline.hub.ingest.HubSession;
import dev.tideline.hub.snapshot.SnapshotSession;
import dev.tideline.hub.snapshot.SnapshotStream;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.store.InMemoryCheckpoints;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotRequest;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The machine of the hub. */
public final class HubMachine implements HubDoor {

  private final Host<HubStations> host;
  private final HubConfig config;
  private LogFile log = new LogFile();
  private InMemoryCheckpoints checkpoints = new InMemoryCheckpoints();
  private Runnable gone = () -> {};

  HubMachine(Host<HubStations> host, HubConfig config) {
    this.host = host;
    this.config = config;
  }

  /** Told when its process ends. */
  void whenGone(Runnable listener) {
    gone = listener;
  }

  public Drive drive() {
    return host.drive();
  }

  public NodeClock clock() {
    return host.clock();
  }

  public LogFile log() {
    return log;
  }

  /** The running process; empty if there is none. */
  public Optional<HubStations> stations() {
    return host.stations();
  }

  @Override
  public Optional<Life> life() {
    return host.life();
  }

  /** Starts the process, or tries again later if the disk does not let it. */
  public void start() {
    host.start(new OneProcess());
  }

  private final class OneProcess implements Host.Processes<HubStations> {

    @Override
    public HubStations build(Life life) {
      host.tell("starts, change log to " + log.last());
      host.witness().hubBegins(log.last());
      return new HubStations(
          config, storage(life), host.machine(life), Telemetry.countsOnly(), broken -> life.doom());
    }

    @Override
    public void built(Life life, HubStations stations) {
      host.witness().started(HubMachine.this);
    }

    @Override
    public void open(HubStations stations) {
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

  private HubStations.Storage storage(Life life) {
    var sabotage = host.sabotage();
    return new HubStations.Storage(
        host.log(
            life,
            log,
            sabotage.changeLog(),
            (position, record) -> host.witness().decided(this, position, record)),
        host.table(),
        host.checkpoints(checkpoints, life, sabotage::hubCheckpoint));
  }

  /** The process is killed: what it wrote is still there. */
  public void kill() {
    host.tell("is killed");
    end();
  }

  /** The machine is lost, and with it some of what was not synced. */
  public void loseMachine() {
    end();
    long lastBefore = log.last();
    host.lose(log);
    host.tell("loses power, keeps %d of %d records of its log".formatted(log.last(), lastBefore));
  }

  /** What its disk holds. */
  public record Image(LogFile log, InMemoryCheckpoints checkpoints) {}

  /** What the disk holds, as a backup takes it: what was not synced was told to nobody. */
  public Image copyDisk() {
    return new Image(log.copySynced(), checkpoints.copy());
  }

  /** An older copy of its disk in the place of this one, while no process runs. */
  public void setBack(Image image) {
    host.tell("is set back, change log from %d to %d".formatted(log.last(), image.log().last()));
    host.witness().hubSetBack(image.log().last());
    log = image.log().copy();
    checkpoints = image.checkpoints().copy();
  }

  private void end() {
    host.end();
    gone.run();
  }

  /** Starts it in a moment. */
  public void restartLater() {
    host.restartLater(this::start);
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
      hub.host.witness().heard(edge, message);
      session.receive(hub.host.sabotage().heard((EdgeFrame) message));
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
      return stream.isReady() || !hub.host.sabotage().heedsReadiness();
    }

    @Override
    public void send(HubFrame sent) {
      var frame = hub.host.sabotage().told(sent);
      hub.host.witness().told(hub, stream.edge(), frame);
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
      hub.host.witness().broke(hub.host.name(), cause);
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
      hub.host.witness().heard(stream.edge(), message);
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
      var frame = hub.host.sabotage().told(sent);
      hub.host.witness().told(hub, stream.edge(), frame);
      stream.send(frame);
    }

    @Override
    public void complete() {
      stream.complete();
    }

    @Override
    public void fail(RuntimeException cause) {
      hub.host.witness().broke(hub.host.name(), cause);
      stream.fail(cause);
    }
  }
}
