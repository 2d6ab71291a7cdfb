package dev.tideline.hub.reconcile;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.changelog.HubClock;
import dev.tideline.hub.reconcile.PartitionCore.Step;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.LostHistory;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.SizeLimits;
import dev.tideline.store.LogFullException;
import dev.tideline.store.RecordLog;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.DecidedPlaces;
import dev.tideline.wire.v1.PartitionHealed;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.TermBegun;
import dev.tideline.wire.v1.Unhealed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link PartitionCore}: its lock, the time, and the append to the change log while the
 * lock is held. Safe for threads.
 */
final class PartitionDriver {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionDriver.class);

  /** What a record holds beside its decisions. */
  private static final int RECORD_AROUND_BYTES = 64 * 1024;

  static {
    if (SizeLimits.RECORD_BYTES_TARGET + SizeLimits.DECISION_BYTES_MAX
        > RecordLog.RECORD_BYTES_MAX - RECORD_AROUND_BYTES) {
      throw new AssertionError("the largest decision fits behind a record that is not closed yet");
    }
  }

  private final PartitionCore core;
  private final ChangeLogDriver changeLog;
  private final HubClock clock;
  private final Tally tally;
  private final ReconcileTracing tracing;
  private final Consumer<Throwable> broken;

  /**
   * A driver of one partition.
   *
   * @param broken told when memory and log may have come apart: the process must end
   */
  PartitionDriver(
      PartitionCore core,
      ChangeLogDriver changeLog,
      HubClock clock,
      Tally tally,
      ReconcileTracing tracing,
      Consumer<Throwable> broken) {
    this.core = core;
    this.changeLog = changeLog;
    this.clock = clock;
    this.tally = tally;
    this.tracing = tracing;
    this.broken = broken;
  }

  synchronized ReconcileDriver.Submitted submit(Share share) {
    int from = 0;
    var begun = tracing.begin();
    while (from < share.mutations().size()) {
      var step = core.decide(share, from, clock.wallMs());
      step.failures().forEach(e -> LOG.error("a mutation could not be decided", e));
      step.record().ifPresent(record -> append(record, step, begun));
      if (step.gap()) {
        return core.isClosed(share.source())
            ? ReconcileDriver.Submitted.CLOSED
            : ReconcileDriver.Submitted.GAP;
      }
      from = step.next();
    }
    return ReconcileDriver.Submitted.DECIDED;
  }

  private void append(PartitionRecord record, Step step, Instant begun) {
    clock.observe(step.latest());
    long position;
    try {
      position = changeLog.append(ChangeLogRecord.newBuilder().setDecisions(record));
    } catch (LogFullException e) {
      abandon();
      throw e;
    } catch (RuntimeException e) {
      broken.accept(e);
      throw e;
    }
    try {
      core.commit();
    } catch (RuntimeException e) {
      broken.accept(e);
      throw e;
    }
    tally.decided(record);
    tracing.decided(record, begun, position);
  }

  private void abandon() {
    try {
      core.abandon();
    } catch (RuntimeException e) {
      broken.accept(e);
      throw e;
    }
  }

  synchronized void enter(TermBegun term) {
    core.enter(term);
  }

  synchronized void open(Catalog catalog, long clockSkewMs) {
    core.open(catalog, clockSkewMs);
  }

  synchronized void replay(PartitionRecord record, long wallMs) {
    core.replay(record, wallMs);
  }

  synchronized void learn(LostHistory history, long knownTo) {
    core.learn(history, knownTo);
  }

  synchronized void stood(DecidedPlaces places) {
    core.stood(places);
  }

  synchronized void replay(PartitionHealed record) {
    core.healed(record);
  }

  synchronized void healed(PartitionHealed record) {
    changeLog.append(ChangeLogRecord.newBuilder().setHealed(record));
    try {
      core.healed(record);
    } catch (RuntimeException e) {
      broken.accept(e);
      throw e;
    }
  }

  synchronized void close(Source source) {
    core.close(source);
  }

  synchronized long forget(Source source) {
    return core.forget(source);
  }

  synchronized boolean isUnhealed(MutationId id) {
    return core.isUnhealed(id);
  }

  synchronized List<Unhealed> unhealed() {
    return core.unhealed();
  }

  synchronized PartitionImage image(long fromMs) {
    return core.image(fromMs);
  }

  synchronized void restore(PartitionImage image) {
    core.restore(image);
  }

  /** Writes to the table that were taken back, ever. Waits for a step under way. */
  synchronized long takenBack() {
    return core.takenBack();
  }

  synchronized PartitionStatus status() {
    return core.status();
  }

  synchronized Watermark watermark(Source source) {
    return core.watermark(source);
  }

  /** The highest sequence of a source that was decided, be it as issued again. */
  synchronized long decidedTo(Source source) {
    return Math.max(core.watermark(source).sequence(), core.reissues().highest(source));
  }

  synchronized Optional<KeptVerdict> verdict(MutationId id) {
    return core.verdicts().find(id);
  }

  /**
   * Under which id a mutation was decided, if it was; empty if nobody can say which of two that had
   * the same.
   */
  synchronized Optional<MutationId> decidedAs(MutationId id) {
    if (!core.reissues().holds(id)) {
      return Optional.of(id);
    }
    return decidedItself(id) ? Optional.empty() : core.reissues().latest(id);
  }

  private boolean decidedItself(MutationId id) {
    var watermark = core.watermark(Source.of(id));
    return id.sequence() <= watermark.sequence()
        && !watermark.equals(Watermark.FORGOTTEN)
        && !core.isUnhealed(id);
  }

  synchronized boolean forgot(MutationId id) {
    return core.verdicts().forgot(id);
  }

  synchronized CanonicalTable.Entry entry(QualifiedKey target) {
    return core.entry(target);
  }

  synchronized SnapshotBasis snapshot(EdgeId edge, long verdictsAfter) {
    return core.snapshot(edge, verdictsAfter);
  }

  synchronized KeyAnswer answer(List<QualifiedKey> targets, EdgeId edge) {
    var entries = new ArrayList<CanonicalTable.Entry>(targets.size());
    long bytes = 0;
    for (var target : targets) {
      var entry = core.entry(target);
      bytes += entry.state().written().map(version -> version.value().size()).orElse(0);
      if (bytes > SizeLimits.READ_BYTES_MAX) {
        entries.clear();
        break;
      }
      entries.add(entry);
    }
    return new KeyAnswer(entries, core.status().position(), core.included(edge));
  }

  synchronized KeyReading read(QualifiedKey target) {
    return new KeyReading(core.read(target), core.status().position(), changeLog.lastPosition());
  }
}
