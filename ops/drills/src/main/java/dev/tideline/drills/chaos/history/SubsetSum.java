package dev.tideline.drills.chaos.history;

import java.math.BigInteger;
import java.util.List;

/** Whether a sum can be made of some of the given parts. */
final class SubsetSum {

  private SubsetSum() {}

  /**
   * By the classic table (Bellman, 1957), a bit for each sum that can be reached.
   *
   * @param parts positive
   */
  static boolean reaches(List<Long> parts, long sum) {
    if (sum < 0) {
      return false;
    }
    var reached = BigInteger.ONE;
    for (long part : parts) {
      reached = reached.or(reached.shiftLeft(Math.toIntExact(part)));
    }
    return sum < reached.bitLength() && reached.testBit(Math.toIntExact(sum));
  }
}
