package dev.tideline.drills.sim.world;

/**
 * The process ended in the middle of what it did. An error, not an exception: no code of a node may
 * catch it.
 */
final class Died extends Error {

  private static final long serialVersionUID = 1L;

  Died() {
    super("the process died here", null, false, false);
  }
}
