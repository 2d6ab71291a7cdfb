package dev.tideline.drills.crash;

/** What a lost machine may do to what was not forced. */
public enum Damage {
  /** A page was never written: it holds zeros. */
  PAGE_ZERO,
  /** A page holds what it held before. */
  PAGE_OLDER,
  /** Of a page some sectors were written and others not: whatever record lies there is torn. */
  SECTORS_TORN,
  /** A file is as short as it was. */
  LENGTH_SHORT,
  /** A file or directory is gone, because its name was never written. */
  NAME_MISSING,
  /** A file that was deleted or renamed is back under its old name. */
  NAME_BACK
}
