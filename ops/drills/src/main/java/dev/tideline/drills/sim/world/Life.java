package dev.tideline.drills.sim.world;

import java.util.Optional;

/** One process, from its start to its end. Its events are those of no other. */
public final class Life {

  private final Optional<World> world;
  private final String node;
  private final Runnable ended;
  private boolean over;
  private boolean dying;
  private int operationsLeft;

  /**
   * A life that goes on.
   *
   * @param ended run once when it dies of itself, outside all code of the process
   */
  public Life(World world, String node, Runnable ended) {
    this(Optional.of(world), node, ended);
  }

  private Life(Optional<World> world, String node, Runnable ended) {
    this.world = world;
    this.node = node;
    this.ended = ended;
  }

  /** Of what never dies. */
  public static Life forever(String node) {
    return new Life(Optional.empty(), node, () -> {});
  }

  String node() {
    return node;
  }

  /** Whether nothing of it happens any more. */
  public boolean over() {
    return over;
  }

  /** Ends it between two events. */
  public void end() {
    over = true;
  }

  /** Ends it in the middle of the disk operation that is so many away. */
  public void dieAt(int operations) {
    operationsLeft = operations;
  }

  /** Ends it as soon as the event under way is over, or touches a disk. */
  public void doom() {
    if (!dying) {
      dying = true;
      world.ifPresent(of -> of.doomed(this));
    }
  }

  /** A disk operation begins or ends. */
  void operation() {
    if (operationsLeft > 0 && --operationsLeft == 0) {
      doom();
    }
    if (dying || over) {
      throw new Died();
    }
  }

  void endOfDoomed() {
    if (!over) {
      over = true;
      ended.run();
    }
  }
}
