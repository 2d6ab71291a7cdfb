package dev.tideline.drills.check;

import java.util.List;
import java.util.Map;

/**
 * What the nodes said in the end.
 *
 * @param quiet whether nothing was on its way any more
 * @param keysCompared under how many keys all nodes were asked for their bytes
 * @param keysDiffering under how many of them the nodes did not have the same bytes
 * @param receiptsAsked how many acknowledged writes were asked after
 * @param receiptsWithoutVerdict how many of them no verdict is known of
 * @param unitsMissing by which the counters fall short of the acknowledged scans
 * @param unitsSurplus by which they exceed them
 * @param verdicts how often each verdict was given
 * @param complaints in words, the first of each kind
 */
public record Findings(
    boolean quiet,
    long keysCompared,
    long keysDiffering,
    long receiptsAsked,
    long receiptsWithoutVerdict,
    long unitsMissing,
    long unitsSurplus,
    Map<String, Long> verdicts,
    List<String> complaints) {

  /** All nodes came to rest and agree. */
  public boolean converged() {
    return quiet && keysDiffering == 0;
  }

  /** Acknowledged writes without a verdict, and units that are missing. */
  public long lost() {
    return receiptsWithoutVerdict + unitsMissing;
  }

  /** Units that were counted more than once. */
  public long duplicated() {
    return unitsSurplus;
  }

  /** Converged, nothing lost, nothing duplicated. */
  public boolean clean() {
    return converged() && lost() == 0 && duplicated() == 0;
  }
}
