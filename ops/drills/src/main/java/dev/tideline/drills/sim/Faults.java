package dev.tideline.drills.sim;

import dev.tideline.drills.sim.check.Auditor;
import dev.tideline.drills.sim.load.Clients;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.HubMachine;
import dev.tideline.drills.sim.node.Installation;
import dev.tideline.drills.sim.world.Dice;
import dev.tideline.drills.sim.world.NodeClock;
import dev.tideline.drills.sim.world.World;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets things go wrong, one after the other or several at once, until it is stopped. */
final class Faults {

  private static final long MONTH_AND_A_DAY_MS = 31L * 24 * 3600 * 1000;
  private static final int OPERATIONS_MAX = 60;

  /** Longer than any heartbeat is waited for. */
  private static final long SUSPENDED_MAX_US = 6_000_000;

  /** How often each is tried in comparison, in the order of the kinds. */
  private static final Map<FaultKind, Integer> WEIGHTS = new EnumMap<>(FaultKind.class);

  static {
    for (var kind : FaultKind.values()) {
      WEIGHTS.put(kind, 10);
    }
    WEIGHTS.put(FaultKind.CUT, 20);
    WEIGHTS.put(FaultKind.OFFLINE, 4);
    WEIGHTS.put(FaultKind.WIPE, 3);
    WEIGHTS.put(FaultKind.ROLLBACK, 4);
    WEIGHTS.put(FaultKind.CLONE, 2);
    WEIGHTS.put(FaultKind.HUB_RESTORE, 3);
    WEIGHTS.put(FaultKind.CALENDAR, 1);
    WEIGHTS.put(FaultKind.DISK_FULL, 5);
  }

  private final World world;
  private final Dice dice;
  private final Installation installation;
  private final Auditor auditor;
  private final Clients clients;
  private final List<FaultKind> kinds = new ArrayList<>();
  private final Map<FaultKind, Integer> counts = new EnumMap<>(FaultKind.class);
  private final Map<EdgeMachine, EdgeMachine.Image> copies = new HashMap<>();
  private final long pauseMaxUs;
  private Optional<HubMachine.Image> hubCopy = Optional.empty();
  private boolean stopped;

  /**
   * A hub that is set back as well may decide of one copy what it had decided of the other, and
   * then nobody can tell them apart.
   */
  private final boolean mayResume;

  Faults(
      World world,
      Dice dice,
      Installation installation,
      Auditor auditor,
      Clients clients,
      SimOptions options) {
    this.world = world;
    this.dice = dice;
    this.installation = installation;
    this.auditor = auditor;
    this.clients = clients;
    for (var kind : FaultKind.values()) {
      // A run has some of the kinds only, so that rare combinations come up.
      boolean drawn = dice.perMille(600);
      if (drawn && options.faults().contains(kind)) {
        for (int i = 0; i < WEIGHTS.getOrDefault(kind, 0); i++) {
          kinds.add(kind);
        }
      }
    }
    mayResume = !kinds.contains(FaultKind.HUB_RESTORE);
    pauseMaxUs = dice.between(100_000, 2_000_000);
  }

  void start() {
    if (!kinds.isEmpty()) {
      next();
    }
  }

  void stop() {
    stopped = true;
  }

  /** How often each happened. */
  Map<FaultKind, Integer> counts() {
    return counts;
  }

  private void next() {
    world.after(dice.skewed(0, pauseMaxUs), Installation.WORLD, "something goes wrong", this::act);
  }

  private void act() {
    if (stopped) {
      return;
    }
    next();
    var kind = dice.oneOf(kinds);
    var edge = dice.oneOf(installation.edges());
    world.tell(edge.name(), "fault " + kind);
    counts.merge(kind, 1, Integer::sum);
    switch (kind) {
      case RESET, CUT, OFFLINE, FLAPPING, DELAY, HALF_OPEN, ONE_WAY, SLOW_READER ->
          weather(kind, edge);
      case EDGE_KILL, EDGE_POWER, EDGE_MIDWAY, WIPE, ROLLBACK, CLONE -> edge(kind, edge);
      case SUSPEND -> suspend(edge);
      case HUB_KILL, HUB_POWER, HUB_MIDWAY, HUB_RESTORE -> hub(kind);
      case CLOCK_JUMP, CLOCK_DRIFT, CALENDAR -> clock(kind, edge);
      case DISK_FULL, SLOW_SYNC -> disk(kind, edge);
    }
  }

  private void weather(FaultKind kind, EdgeMachine edge) {
    var link = edge.link();
    switch (kind) {
      case RESET -> link.flap();
      case FLAPPING -> {
        for (int i = 0; i < 6; i++) {
          later(i * 30_000L, edge, link::flap);
        }
      }
      case DELAY -> link.delay(dice.between(1_000, 50_000), dice.between(50_000, 500_000));
      case HALF_OPEN -> link.freeze(true, true);
      case ONE_WAY -> {
        boolean up = dice.perMille(500);
        link.freeze(up, !up);
      }
      case SLOW_READER -> link.slowReader(dice.between(5_000, 100_000));
      default -> link.cut();
    }
    if (kind != FaultKind.RESET && kind != FaultKind.FLAPPING) {
      long us = kind == FaultKind.OFFLINE ? 6_000_000 : 1_200_000;
      later(dice.between(1_000, us), edge, link::heal);
    }
  }

  private void later(long us, EdgeMachine edge, Runnable what) {
    world.after(
        us,
        Installation.WORLD,
        "weather changes for " + edge.name(),
        () -> {
          if (!stopped) {
            what.run();
          }
        });
  }

  private void edge(FaultKind kind, EdgeMachine edge) {
    switch (kind) {
      case EDGE_MIDWAY -> {
        edge.life().ifPresent(life -> life.dieAt(1 + dice.below(OPERATIONS_MAX)));
        return;
      }
      case EDGE_POWER -> edge.loseMachine();
      case CLONE -> {
        cloned(edge);
        return;
      }
      case ROLLBACK -> {
        rolledBack(edge);
        return;
      }
      case WIPE -> {
        edge.kill();
        auditor.wiping(edge);
        edge.wipe();
      }
      default -> edge.kill();
    }
    edge.restartLater();
  }

  private void cloned(EdgeMachine edge) {
    if (installation.hasTwin(edge)) {
      return;
    }
    var birth = edge.birth().filter(any -> mayResume && dice.perMille(500));
    var disk = birth.map(EdgeMachine.Birth::disk).orElseGet(edge::copyDisk);
    var twin = installation.cloneOf(edge, disk);
    auditor.copied(edge);
    world.tell(twin.name(), "is a copy of " + edge.name());
    birth.ifPresentOrElse(began -> resumed(twin, began), twin::restartLater);
  }

  /** As a machine that goes on from a copy of its memory while the first goes on, too. */
  private void resumed(EdgeMachine twin, EdgeMachine.Birth birth) {
    if (twin.startAs(birth)) {
      auditor.livesTwice(twin, birth.incarnation());
    }
  }

  private void rolledBack(EdgeMachine edge) {
    var copy = copies.remove(edge);
    if (copy == null) {
      copies.put(edge, edge.copyDisk());
      world.tell(edge.name(), "is copied");
      return;
    }
    edge.kill();
    auditor.copied(edge);
    auditor.wiping(edge);
    edge.replaceDisk(copy);
    world.tell(edge.name(), "is set back to its copy");
    edge.restartLater();
  }

  private void suspend(EdgeMachine edge) {
    var life = dice.perMille(300) ? installation.hub().life() : edge.life();
    long us = dice.skewed(1_000, SUSPENDED_MAX_US);
    boolean monotonicStands = dice.perMille(500);
    life.ifPresent(one -> one.sleep(us, monotonicStands));
  }

  private void hub(FaultKind kind) {
    var hub = installation.hub();
    switch (kind) {
      case HUB_MIDWAY -> hub.life().ifPresent(life -> life.dieAt(1 + dice.below(OPERATIONS_MAX)));
      case HUB_POWER -> {
        hub.loseMachine();
        hub.restartLater();
      }
      case HUB_RESTORE -> setBack(hub);
      default -> {
        hub.kill();
        hub.restartLater();
      }
    }
  }

  private void setBack(HubMachine hub) {
    if (hubCopy.isEmpty()) {
      hubCopy = Optional.of(hub.copyDisk());
      world.tell("hub", "is copied");
      return;
    }
    hub.kill();
    hub.setBack(hubCopy.get());
    hubCopy = Optional.empty();
    clients.forget();
    hub.restartLater();
  }

  private NodeClock clockOf(EdgeMachine edge) {
    return dice.perMille(300) ? installation.hub().clock() : edge.clock();
  }

  private void clock(FaultKind kind, EdgeMachine edge) {
    switch (kind) {
      case CALENDAR -> {
        auditor.retentionPasses();
        installation.hub().clock().jump(MONTH_AND_A_DAY_MS);
      }
      case CLOCK_DRIFT -> clockOf(edge).drift(dice.between(-50_000, 50_000));
      default -> clockOf(edge).jump(dice.between(-90_000, 90_000));
    }
  }

  private void disk(FaultKind kind, EdgeMachine edge) {
    var drive = dice.perMille(300) ? installation.hub().drive() : edge.drive();
    if (kind == FaultKind.DISK_FULL) {
      drive.full(true);
    } else {
      drive.slow(20_000, 400_000);
    }
    later(dice.between(10_000, 800_000), edge, drive::heal);
  }
}
