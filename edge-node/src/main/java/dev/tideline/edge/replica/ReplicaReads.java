package dev.tideline.edge.replica;

import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.VersionToken;
import dev.tideline.wire.v1.ReadAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** What readers ask of a replica, without the lock but in the rarest case. Safe from any thread. */
public final class ReplicaReads {

  /** About as long as a writer that keeps its processor needs for the keys of one mutation. */
  private static final int READ_ATTEMPTS_MAX = 200;

  /** A batch that is being applied takes longer than is worth spinning for. */
  private static final int READ_ALL_ATTEMPTS_MAX = 8;

  private final EdgeId edge;
  private final ReentrantLock lock;
  private final ReplicaCore core;

  ReplicaReads(EdgeId edge, ReentrantLock lock, ReplicaCore core) {
    this.edge = edge;
    this.lock = lock;
    this.core = core;
  }

  /**
   * Reads a key's view, without the lock, unless a writer was caught again and again in the middle
   * of an atomic mutation (it may have lost its processor).
   */
  public Reading read(QualifiedKey key) {
    int partition = core.partitionOf(key);
    var guard = core.views().guard(partition);
    for (int attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt++) {
      long before = guard.together();
      if (!ReadGuard.busy(before)) {
        var reading = core.views().read(partition, key);
        if (guard.together() == before) {
          return reading;
        }
      }
      Thread.onSpinWait();
    }
    return locked(() -> core.views().read(partition, key));
  }

  /** The same into a buffer, without garbage; false if the key is quarantined. */
  public boolean read(QualifiedKey key, ReadBuffer into) {
    int partition = core.partitionOf(key);
    var guard = core.views().guard(partition);
    for (int attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt++) {
      long before = guard.together();
      if (!ReadGuard.busy(before)) {
        boolean held = core.views().read(partition, key, into);
        if (guard.together() == before) {
          return held;
        }
      }
      Thread.onSpinWait();
    }
    return locked(() -> core.views().read(partition, key, into));
  }

  /**
   * Reads keys of one zone as they all were at one moment, in their order; without the lock unless
   * the partition is being written again and again.
   */
  public List<Reading> readAll(List<QualifiedKey> keys) {
    int partition = core.partitionOf(keys.getFirst());
    var guard = core.views().guard(partition);
    for (int attempt = 0; attempt < READ_ALL_ATTEMPTS_MAX; attempt++) {
      long before = guard.moving();
      if (!ReadGuard.busy(before)) {
        var readings = readEach(partition, keys);
        if (guard.moving() == before) {
          return readings;
        }
      }
      Thread.onSpinWait();
    }
    return locked(() -> readEach(partition, keys));
  }

  private List<Reading> readEach(int partition, List<QualifiedKey> keys) {
    var readings = new ArrayList<Reading>(keys.size());
    for (var key : keys) {
      readings.add(core.views().read(partition, key));
    }
    return readings;
  }

  /** Whether a key is here to be read: wanted and loaded. */
  public boolean holds(QualifiedKey key) {
    return core.views().holds(key);
  }

  /** Whether all keys of a namespace and a zone are that begin with the text. */
  public boolean holdsAll(String namespace, String prefix) {
    return core.views().holdsAll(namespace, prefix);
  }

  /**
   * What a reader gets of keys of one zone that are not all held here, from what the hub told of
   * them; empty if the answer lacks an own write that was decided meanwhile, and the hub must be
   * asked again.
   */
  public Optional<List<Reading>> read(ReadAnswer answer, List<QualifiedKey> keys) {
    return locked(() -> core.views().read(answer, keys));
  }

  /**
   * Whether all that a token saw is known to be in the view. What another edge had not yet heard
   * back of is not known here, even where it has arrived.
   */
  public boolean holds(VersionToken token) {
    var layout = core.layout();
    if (layout.isEmpty() || token.partition() >= layout.get().partitions()) {
      return false;
    }
    return holds(token, core.cursor(token.partition()));
  }

  /**
   * The same of an answer of the hub's as of a position in the token's partition. What was seen of
   * a history that the hub has lost is not known to be in any other.
   */
  public boolean holds(VersionToken token, Position asOf) {
    var partition = core.state().partition(token.partition());
    var seen = token.context().seen();
    return locked(() -> partition.remembers(seen.term()) && partition.stands(seen, asOf))
        && token.context().own().stream().allMatch(id -> holdsOwn(id, token.partition()));
  }

  private boolean holdsOwn(MutationId id, int partition) {
    return id.edge().equals(edge)
        && !(locked(() -> core.receipt(new Receipt(id, partition)))
            instanceof ReceiptState.NotHere);
  }

  private <T> T locked(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }
}
