package dev.tideline.edge.journal;

import dev.tideline.codec.MutationCodec;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Layout;
import dev.tideline.model.Mutation;
import dev.tideline.runtime.StartException;
import dev.tideline.store.RecordLog;
import dev.tideline.wire.v1.ForkedIncarnation;
import dev.tideline.wire.v1.IncarnationBegun;
import dev.tideline.wire.v1.JournalHead;
import dev.tideline.wire.v1.JournalRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * The log of an edge's own mutations.
 *
 * <p>The record of incarnation begin stands directly before the incarnation's mutations, and their
 * sequences are dense, so the mutation with sequence s of an incarnation that began at position p
 * lies at p + s: no index is needed.
 *
 * <p>{@link #append} and {@link #begin} are called under the replica's lock, the rest from any
 * thread.
 */
public final class Journal {

  /** The low bits of an incarnation; above them are milliseconds. */
  public static final int INCARNATION_RANDOM_BITS = 20;

  private final RecordLog log;
  private final EdgeId edge;
  private long bytes;
  private long bytesCountedTo;
  private final TreeMap<Long, Long> begunAt = new TreeMap<>(Long::compareUnsigned);

  public Journal(RecordLog log, EdgeId edge) {
    this.log = log;
    this.edge = edge;
  }

  /** Sees the journal, oldest first. */
  public interface Visitor {
    void mutation(Mutation mutation, long position, int bytes);

    /** An incarnation begins; no mutation of it may have survived. */
    void begun(long incarnation, List<ForkedIncarnation> forked);
  }

  /** Takes where an incarnation began from a checkpoint. */
  public void restore(long incarnation, long position) {
    begunAt.put(incarnation, position);
  }

  /** Takes from a checkpoint how many bytes were appended before a position, ever. */
  public void restoreBytes(long bytesBefore, long position) {
    bytes = bytesBefore;
    bytesCountedTo = position;
  }

  /**
   * Reads the journal.
   *
   * @param from position of the first record that counts; what was given back before it is passed
   *     over
   * @throws StartException if it belongs to another edge or format
   */
  public void recover(long from, Visitor visitor) {
    if (log.lastPosition() == 0) {
      log.append(
          JournalRecord.newBuilder()
              .setHead(
                  JournalHead.newBuilder()
                      .setFormatVersion(Layout.FORMAT_VERSION)
                      .setEdge(edge.text()))
              .build()
              .toByteString());
    }
    try (var reader = log.read(Math.max(from, log.firstPosition()))) {
      while (reader.next()) {
        try {
          recover(reader, visitor);
        } catch (RuntimeException e) {
          throw StartException.notUnderstood(
              "the journal's record at position %d".formatted(reader.position()), e);
        }
        count(reader.position(), reader.record().size());
      }
    }
  }

  private void count(long position, int size) {
    if (position >= bytesCountedTo) {
      bytes += size;
    }
  }

  private void recover(RecordLog.Reader reader, Visitor visitor) {
    var record = JournalBytes.parse(reader.record());
    switch (record.getRecordCase()) {
      case HEAD -> check(record.getHead());
      case BEGUN -> {
        begunAt.put(record.getBegun().getIncarnation(), reader.position());
        visitor.begun(record.getBegun().getIncarnation(), record.getBegun().getForkedList());
      }
      case MUTATION -> {
        var mutation = MutationCodec.decode(record.getMutation());
        check(mutation.id().edge());
        begunAt.putIfAbsent(
            mutation.id().incarnation(), reader.position() - mutation.id().sequence());
        visitor.mutation(mutation, reader.position(), record.getSerializedSize());
      }
      case RECORD_NOT_SET ->
          throw new StartException(
              "the journal holds a record that is not known here at position %d: use the version that wrote it"
                  .formatted(reader.position()));
    }
  }

  private void check(JournalHead head) {
    check(new EdgeId(head.getEdge()));
    if (head.getFormatVersion() != Layout.FORMAT_VERSION) {
      throw new StartException(
          "the journal has format %d, this version knows %d: use the version that wrote it"
              .formatted(head.getFormatVersion(), Layout.FORMAT_VERSION));
    }
  }

  private void check(EdgeId owner) {
    if (!owner.equals(edge)) {
      throw new StartException(
          "the data directory belongs to edge '%s', not '%s': give each edge a directory of its own"
              .formatted(owner, edge));
    }
  }

  /**
   * Draws an incarnation above every earlier one and makes it durable before anything follows.
   *
   * @param random of which the low 20 bits count
   * @param forked because of which it is drawn, or, at a process start, that are still to be
   *     compared
   */
  public long begin(long wallMs, long random, String bootId, List<ForkedIncarnation> forked) {
    long last = begunAt.isEmpty() ? 0 : begunAt.lastKey() >>> INCARNATION_RANDOM_BITS;
    long incarnation =
        Math.max(wallMs, last + 1) << INCARNATION_RANDOM_BITS
            | (random & ((1L << INCARNATION_RANDOM_BITS) - 1));
    long position =
        log.append(
            JournalRecord.newBuilder()
                .setBegun(
                    IncarnationBegun.newBuilder()
                        .setIncarnation(incarnation)
                        .setBootId(bootId)
                        .addAllForked(forked)
                        .setWallMs(wallMs))
                .build()
                .toByteString());
    log.awaitDurable(position);
    begunAt.put(incarnation, position);
    return incarnation;
  }

  /** Appends a mutation of the live incarnation; its position. */
  public Appended append(Mutation mutation) {
    var record = MutationCodec.journalRecord(mutation);
    long position = log.append(record);
    bytes += record.size();
    return new Appended(position, record.size());
  }

  /** Where a mutation lies. */
  public record Appended(long position, int bytes) {}

  /** Of incarnations: the highest sequence that it has given back, where it has any. */
  public Map<Long, Long> givenBack(Collection<Long> incarnations) {
    var highest = new HashMap<Long, Long>();
    for (long incarnation : incarnations) {
      long before = first() - 1 - position(incarnation, 0);
      if (before > 0) {
        highest.put(incarnation, before);
      }
    }
    return highest;
  }

  /** Where the mutation with this sequence of the incarnation lies. */
  public long position(long incarnation, long sequence) {
    return begunAt.getOrDefault(incarnation, 0L) + sequence;
  }

  /**
   * Whether a mutation was never made here, or with another content hash. What was given back is
   * not known to be another.
   */
  public boolean isAnother(long incarnation, long sequence, long contentHash) {
    long position = position(incarnation, sequence);
    if (position < first()) {
      return false;
    }
    if (position >= end()) {
      return true;
    }
    try (var reader = read(position)) {
      return !reader.next()
          || reader.incarnation() != incarnation
          || reader.sequence() != sequence
          || reader.mutation().getContentHash() != contentHash;
    }
  }

  /** Returns once everything up to the position is synced. */
  public void awaitDurable(long position) {
    log.awaitDurable(position);
  }

  /** Runs the action once everything up to the position is synced; it must not block. */
  public void whenDurable(long position, Runnable action) {
    log.whenDurable(position, action);
  }

  /** The position behind the last record. */
  public long end() {
    return log.lastPosition() + 1;
  }

  /** The position of the first record still held. */
  public long first() {
    return log.firstPosition();
  }

  /** Bytes of mutations appended, ever. Read under the replica's lock. */
  public long bytes() {
    return bytes;
  }

  /**
   * Gives back what lies before the position, as far as whole files allow.
   *
   * @throws IllegalStateException if it is still being read; nothing was changed then
   */
  public void truncateBefore(long position) {
    log.truncateBefore(position);
  }

  public long freeBytes() {
    return log.freeBytes();
  }

  /** Reads mutations from a position on, as they were written. */
  public JournalReader read(long position) {
    return read(position, incarnation -> false);
  }

  /** The same without those of some incarnations. */
  public JournalReader read(long position, LongPredicate without) {
    return new JournalReader(log, position, without);
  }
}
