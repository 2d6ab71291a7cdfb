package dev.tideline.drills.sim.world;

/** What must have come up in enough runs, or they prove less than they should. */
public enum Sight {
  /** A machine was lost, and one page of a record with it, while another was kept. */
  TORN_RECORD,
  /** A machine was lost, and a page before others that were kept. */
  HOLE_IN_LOG,
  /** A machine was lost, and the directory entry of a log's newest file. */
  LOST_FILE,
  /** Others went on between two steps of a checkpoint. */
  CHECKPOINT_INTERLEAVED,
  /** A process died between two steps of a checkpoint. */
  CHECKPOINT_ABANDONED,
  /** A start found a checkpoint. */
  STARTED_FROM_CHECKPOINT,
  /** An edge that was behind got the latest of each key only. */
  CONFLATED,
  /** A snapshot went live. */
  SNAPSHOT_LIVE,
  /** A snapshot went on where its stream had broken. */
  SNAPSHOT_RESUMED(1_000),
  /** An edge wanted more. */
  INTEREST_ADDED,
  /** An edge wanted less. */
  INTEREST_REMOVED,
  /** The hub had no room for a key. */
  TABLE_FULL_AT_HUB,
  /** An edge refused a write because too much waited. */
  BACKLOG_FULL,
  /** An edge refused a write because its disk was full. */
  DISK_FULL_AT_EDGE,
  /** The hub forgot a process that its edge no longer named. */
  INCARNATION_FORGOTTEN,
  /** Two processes of an edge went on from one copy of its memory, under one incarnation. */
  INCARNATION_LIVES_TWICE,
  /** Two such processes wrote the same under one number at one hybrid time. */
  WRITTEN_ALIKE_BY_TWO(100_000),
  /** A watch was given its state and a mark. */
  WATCH_STATE,
  /** A watch went on where an earlier one had ended. */
  WATCH_RESUMED,
  /** A watch was told to start over. */
  WATCH_STARTED_OVER;

  private static final int RUNS_USUAL = 200;

  private final int runs;

  Sight() {
    this(RUNS_USUAL);
  }

  Sight(int runs) {
    this.runs = runs;
  }

  /** How many runs are enough for it to come up. */
  public int runs() {
    return runs;
  }
}
