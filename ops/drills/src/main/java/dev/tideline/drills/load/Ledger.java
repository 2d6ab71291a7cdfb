package dev.tideline.drills.load;

import dev.tideline.client.Write;
import dev.tideline.client.Written;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the clients were promised: every acknowledged receipt, every scan that counts, every key
 * that was touched. It holds no value that a node has read. For any number of threads.
 */
public final class Ledger {

  /** A promise of an edge: this write will get a verdict. */
  public record Promise(int edge, String receipt) {}

  /** A key that was written. */
  public record TouchedKey(String namespace, String key) implements Comparable<TouchedKey> {
    @Override
    public int compareTo(TouchedKey other) {
      int byNamespace = namespace.compareTo(other.namespace);
      return byNamespace != 0 ? byNamespace : key.compareTo(other.key);
    }
  }

  private final Set<Promise> promises = ConcurrentHashMap.newKeySet();
  private final Map<String, Scan> scansByIdempotencyKey = new ConcurrentHashMap<>();
  private final Set<TouchedKey> keys = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

  /** Notes that a key is about to be written, whatever comes of it. */
  public void touch(Write write) {
    keys.add(new TouchedKey(write.namespace(), write.key()));
  }

  /** Notes an acknowledgement of an edge. */
  public void acknowledge(int edge, Written written) {
    promises.add(new Promise(edge, written.receipt()));
  }

  /** Notes that a scan counts: it was acknowledged, once or more often. */
  public void count(Scan scan) {
    scansByIdempotencyKey.put(scan.idempotencyKey(), scan);
  }

  /** Notes what a user would complain about. */
  public void fail(String complaint) {
    failures.add(complaint);
  }

  /** Every receipt that was acknowledged, once each. */
  public Collection<Promise> promises() {
    return List.copyOf(promises);
  }

  /** Every key that was written or tried, in order. */
  public List<TouchedKey> keys() {
    return keys.stream().sorted().toList();
  }

  /** What each counter must be, by key: the sum over the scans that count. */
  public Map<String, Long> totals() {
    var totals = new TreeMap<String, Long>();
    for (var scan : new HashMap<>(scansByIdempotencyKey).values()) {
      totals.merge(scan.key(), scan.delta(), Math::addExact);
    }
    return totals;
  }

  /** What users complained about, in order. */
  public List<String> failures() {
    return List.copyOf(failures);
  }
}
