package dev.tideline.drills.load;

import java.util.Optional;

/** Where scanners get their scans; shared by all of them. */
public interface ScanSource {

  /** A scan with its place in the traffic, from 1. */
  record Numbered(long number, Scan scan) {}

  /**
   * The next scan for a scanner at an edge, when it is due; empty when there is no further one.
   * Blocks until then.
   *
   * @param edge index of the edge, from 0
   */
  Optional<Numbered> next(int edge) throws InterruptedException;
}
