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
  private long asleepUntilUs;
  private long sleptUs;

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

  /**
   * Nothing of it happens for a while; what comes for it waits.
   *
   * @param monotonicStands whether its monotonic clock stands still meanwhile, as that of a
   *     suspended machine does, and that of a stopped process does not
   */
  public void sleep(long us, boolean monotonicStands) {
    long nowUs = nowUs();
    long untilUs = Math.max(asleepUntilUs, nowUs + us);
    sleptUs += monotonicStands ? untilUs - Math.max(asleepUntilUs, nowUs) : 0;
    asleepUntilUs = untilUs;
  }

  /** Whether nobody there would hear. */
  public boolean asleep() {
    return asleepUntilUs > nowUs();
  }

  long asleepUntilUs() {
    return asleepUntilUs;
  }

  /** Microseconds for which its monotonic clock stood still. */
  public long sleptUs() {
    return sleptUs;
  }

  /** Microseconds since the world began, by its monotonic clock. */
  public long awakeUs() {
    return nowUs() - sleptUs;
  }

  private long nowUs() {
    return world.map(World::nowUs).orElse(0L);
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
