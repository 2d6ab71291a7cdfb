package dev.tideline.drills.sim.node;

import com.google.protobuf.ByteString;
import dev.tideline.drills.sim.world.Dice;
import dev.tideline.drills.sim.world.Drive;
import dev.tideline.drills.sim.world.Life;
import dev.tideline.drills.sim.world.LogFile;
import dev.tideline.drills.sim.world.NodeClock;
import dev.tideline.drills.sim.world.Sight;
import dev.tideline.drills.sim.world.SimLog;
import dev.tideline.drills.sim.world.SimThread;
import dev.tideline.drills.sim.world.Tamper;
import dev.tideline.drills.sim.world.World;
import dev.tideline.runtime.Machine;
import dev.tideline.store.Checkpoints;
import dev.tideline.store.InMemoryTable;
import dev.tideline.store.LogFullException;
import dev.tideline.store.Table;
import dev.tideline.store.TableConfig;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * What every machine has: a disk, a clock, and at most one process.
 *
 * @param <S> the stations of its process
 */
final class Host<S> {

  private static final long RESTART_MIN_US = 20_000;
  private static final long RESTART_MAX_US = 400_000;

  /** So few that a walk over the table takes several steps. */
  private static final int SEGMENT_ENTRIES = 2;

  /** How often something happens between two steps of a checkpoint. */
  private static final int MEANWHILE_PER_MILLE = 150;

  private static final int MEANWHILE_EVENTS_MAX = 20;

  private final World world;
  private final Dice dice;
  private final String name;
  private final Eyes eyes;
  private final TableConfig tables;
  private final NodeClock clock;
  private final Drive drive = new Drive();
  private Optional<Running<S>> running = Optional.empty();
  private Optional<Long> nextChance = Optional.empty();
  private int boots;

  /** Who sees what nodes do, and who meddles with it. */
  record Eyes(Witness witness, Sabotage sabotage) {}

  /** What happens to the process of one kind of machine. */
  interface Processes<S> {

    /** Makes its stations, over what the disk holds. */
    S build(Life life);

    /** It is there, and has said nothing yet. */
    void built(Life life, S stations);

    void open(S stations);

    /** It died of itself. */
    void died();
  }

  private record Running<S>(Life life, S stations) {}

  Host(World world, Dice dice, String name, Eyes eyes, TableConfig tables) {
    this.world = world;
    this.dice = dice;
    this.name = name;
    this.eyes = eyes;
    this.tables = tables;
    clock = new NodeClock(world);
  }

  String name() {
    return name;
  }

  Dice dice() {
    return dice;
  }

  Drive drive() {
    return drive;
  }

  NodeClock clock() {
    return clock;
  }

  Witness witness() {
    return eyes.witness();
  }

  Sabotage sabotage() {
    return eyes.sabotage();
  }

  void sight(Sight sight) {
    world.sight(sight);
  }

  /** What was not synced of a log is lost, or some of it. */
  void lose(LogFile log) {
    log.loseMachine(dice).forEach(world::sight);
  }

  void tell(String what) {
    world.tell(name, what);
  }

  /** The running process; empty if there is none. */
  Optional<S> stations() {
    return running.filter(one -> !one.life().over()).map(Running::stations);
  }

  /** The life of the running process. */
  Optional<Life> life() {
    return running.map(Running::life).filter(life -> !life.over());
  }

  /** Starts a process if there is none, or tries again later if the disk does not let it. */
  void start(Processes<S> processes) {
    if (life().isPresent()) {
      return;
    }
    boots++;
    var life = new Life(world, name, processes::died);
    running = Optional.empty();
    try {
      var stations = processes.build(life);
      running = Optional.of(new Running<>(life, stations));
      processes.built(life, stations);
      processes.open(stations);
    } catch (LogFullException e) {
      life.end();
      tell("does not start: " + e.getMessage());
      restartLater(() -> start(processes));
    } catch (RuntimeException e) {
      life.end();
      witness().broke(name, e);
    }
  }

  /** Ends the process, if there is one. */
  void end() {
    running.ifPresent(one -> one.life().end());
    running = Optional.empty();
  }

  /** Starts it in a moment. */
  void restartLater(Runnable start) {
    world.after(
        dice.between(RESTART_MIN_US, RESTART_MAX_US),
        Installation.WORLD,
        name + " comes back",
        start);
  }

  /** What a process has of the machine. */
  Machine machine(Life life) {
    boolean stands = sabotage().wallClockStandsWithMonotonic();
    return new Machine(
        stands ? clock.without(life::sleptUs) : clock,
        () -> life.awakeUs() * 1000,
        chance(),
        of -> thread(life, of),
        "boot-" + boots);
  }

  /** What the next process draws first. */
  void nextChance(long drawn) {
    nextChance = Optional.of(drawn);
  }

  private RandomGenerator chance() {
    var then = dice.generator();
    if (nextChance.isEmpty()) {
      return then;
    }
    var first = new ArrayDeque<Long>(List.of(nextChance.get()));
    nextChance = Optional.empty();
    return () -> first.isEmpty() ? then.nextLong() : first.remove();
  }

  SimThread thread(Life life, String of) {
    return new SimThread(world, life, of);
  }

  Table table() {
    return new InMemoryTable(tables, SEGMENT_ENTRIES);
  }

  /** Checkpoints during which others go on. */
  Checkpoints checkpoints(Checkpoints kept, Life life, UnaryOperator<ByteString> states) {
    if (kept.newest().isPresent()) {
      sight(Sight.STARTED_FROM_CHECKPOINT);
    }
    return new SimCheckpoints(
        kept,
        sabotage(),
        states,
        () ->
            world.meanwhile(
                life, dice.perMille(MEANWHILE_PER_MILLE) ? dice.below(MEANWHILE_EVENTS_MAX) : 0));
  }

  SimLog log(Life life, LogFile file, Tamper tamper, SimLog.Watcher watcher) {
    return new SimLog(new SimLog.Place(world, life, file, drive, dice, tamper), watcher);
  }
}
