package dev.tideline.drills.sim;

/** What may go wrong, each of which can be left out of a run. */
public enum FaultKind {
  /** Every stream of an edge breaks, once. */
  RESET,
  /** An edge is cut off for a while. */
  CUT,
  /** An edge is cut off for long. */
  OFFLINE,
  /** The link breaks again and again. */
  FLAPPING,
  /** Bytes take long. */
  DELAY,
  /** No byte arrives, and nobody is told. */
  HALF_OPEN,
  /** Bytes arrive in one direction only. */
  ONE_WAY,
  /** An edge takes its time for each frame. */
  SLOW_READER,
  /** An edge's process is killed. */
  EDGE_KILL,
  /** An edge loses power, and what it had not synced. */
  EDGE_POWER,
  /** An edge dies in the middle of what it writes. */
  EDGE_MIDWAY,
  /** The hub's process is killed. */
  HUB_KILL,
  /** The hub loses power, and what it had not synced. */
  HUB_POWER,
  /** The hub dies in the middle of what it writes. */
  HUB_MIDWAY,
  /** A machine is suspended, or a process stopped, for a while. */
  SUSPEND,
  /** An edge's disk is replaced by an empty one. */
  WIPE,
  /** An edge's disk is replaced by an older copy of it. */
  ROLLBACK,
  /** A copy of an edge's disk is started on a second machine. */
  CLONE,
  /** A wall clock jumps. */
  CLOCK_JUMP,
  /** A wall clock goes wrong. */
  CLOCK_DRIFT,
  /** The hub's wall clock jumps by a month and a day. */
  CALENDAR,
  /** A disk is full. */
  DISK_FULL,
  /** A disk is slow. */
  SLOW_SYNC,
  /** The hub's disk is replaced by an older copy of it. */
  HUB_RESTORE
}
