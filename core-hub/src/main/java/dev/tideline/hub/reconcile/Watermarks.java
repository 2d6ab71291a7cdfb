package dev.tideline.hub.reconcile;

import dev.tideline.model.EdgeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Up to where each source was decided in a partition, and of which no more is. */
final class Watermarks {

  private final Map<Source, Watermark> all = new HashMap<>();

  /** They make nothing visible and are lost by nobody: written down by ingest. */
  private final Set<Source> closed = new HashSet<>();

  private final Set<Source> forgotten = new HashSet<>();

  Watermark of(Source source) {
    return forgotten.contains(source)
        ? Watermark.FORGOTTEN
        : all.getOrDefault(source, Watermark.NONE);
  }

  void put(Source source, Watermark watermark) {
    all.put(source, watermark);
  }

  /** Raises one over what nobody retains. */
  void passOver(Source source, long sequence) {
    if (of(source).sequence() < sequence) {
      all.put(source, new Watermark(sequence, 0));
    }
  }

  /** Nothing more is decided of a source, but for what a lost history had decided of it. */
  void close(Source source) {
    closed.add(source);
  }

  /** Closes the source, lost histories included, and drops its watermark: its sequence. */
  long forget(Source source) {
    closed.remove(source);
    forgotten.add(source);
    var last = all.remove(source);
    return last == null ? 0 : last.sequence();
  }

  boolean isClosed(Source source) {
    return closed.contains(source) || forgotten.contains(source);
  }

  /** By incarnation of an edge. */
  Map<Long, Long> included(EdgeId edge) {
    var included = new HashMap<Long, Long>();
    all.forEach(
        (source, watermark) -> {
          if (source.edge().equals(edge)) {
            included.put(source.incarnation(), watermark.sequence());
          }
        });
    return included;
  }

  Map<Source, Watermark> all() {
    return all;
  }

  /** Takes what a checkpoint holds. */
  void restore(Map<Source, Watermark> watermarks) {
    all.putAll(watermarks);
  }
}
