package dev.tideline.drills.sim.world;

import java.util.ArrayDeque;
import java.util.List;

/**
 * What happened, one line each: when, where, what. Of all lines there is a hash (FNV-1a, 64 bits),
 * by which two runs are compared; of the text as much is kept as was asked for.
 */
public final class Trace {

  private static final long FNV_START = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private final int keptMax;
  private long hash = FNV_START;

  /**
   * An empty trace.
   *
   * @param keptMax of its latest lines
   */
  public Trace(int keptMax) {
    this.keptMax = keptMax;
  }

  void line(long nowUs, String node, String what) {
    mix(nowUs);
    mix(node);
    mix(what);
    if (keptMax > 0) {
      if (lines.size() == keptMax) {
        lines.removeFirst();
      }
      lines.addLast(format(nowUs, node, what));
    }
  }

  private static String format(long nowUs, String node, String what) {
    return "%10.3f ms  %-6s %s".formatted(nowUs / 1000.0, node, what);
  }

  private void mix(long value) {
    hash = (hash ^ value) * FNV_PRIME;
    hash ^= hash >>> 29;
  }

  private void mix(String text) {
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
  }

  public long hash() {
    return hash;
  }

  /** The latest lines. */
  public List<String> lines() {
    return List.copyOf(lines);
  }
}
