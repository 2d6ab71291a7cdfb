package dev.tideline.drills.sim.world;

/** The disk of one machine: how fast it is, and whether it is full. */
public final class Drive {

  private static final long SYNC_MIN_US = 100;
  private static final long SYNC_MAX_US = 1_500;

  private long syncMinUs = SYNC_MIN_US;
  private long syncMaxUs = SYNC_MAX_US;
  private boolean full;

  /** Takes so long for a sync from here on. */
  public void slow(long minUs, long maxUs) {
    syncMinUs = minUs;
    syncMaxUs = maxUs;
  }

  /** Has no space, or has space again. */
  public void full(boolean is) {
    full = is;
  }

  /** As good as new. */
  public void heal() {
    full = false;
    slow(SYNC_MIN_US, SYNC_MAX_US);
  }

  /** Whether it has no space. */
  public boolean full() {
    return full;
  }

  long syncUs(Dice dice) {
    return dice.skewed(syncMinUs, syncMaxUs);
  }
}
