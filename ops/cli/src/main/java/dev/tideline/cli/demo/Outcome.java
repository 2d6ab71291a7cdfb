package dev.tideline.cli.demo;

import dev.tideline.drills.load.BusyEdge;
import java.util.List;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * What the users have seen.
 *
 * @param visibility from edge to edge, in nanoseconds
 * @param kills processes killed that came back
 * @param failure of the demo itself; empty if there was none
 */
record Outcome(List<BusyEdge> edges, Histogram visibility, int kills, String failure) {

  Outcome {
    edges = List.copyOf(edges);
  }

  long reads() {
    return edges.stream().mapToLong(edge -> edge.reads().count()).sum();
  }

  long writes() {
    return edges.stream().mapToLong(edge -> edge.writes().count()).sum();
  }

  long offlineWrites() {
    return edges.stream().mapToLong(BusyEdge::offlineWrites).sum();
  }

  Histogram readLatency() {
    return sum(edge -> edge.reads().total());
  }

  Histogram writeLatency() {
    return sum(edge -> edge.writes().total());
  }

  private Histogram sum(Function<BusyEdge, Histogram> part) {
    var sum = new Histogram(3);
    edges.forEach(edge -> sum.add(part.apply(edge)));
    return sum;
  }
}
