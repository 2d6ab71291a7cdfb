package dev.tideline.edge.replica;

import com.google.protobuf.ByteString;
import dev.tideline.codec.CatalogCodec;
import dev.tideline.codec.Ids;
import dev.tideline.edge.journal.Journal;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Layout;
import dev.tideline.model.Mutation;
import dev.tideline.runtime.StartException;
import dev.tideline.store.CheckpointReader;
import dev.tideline.store.LogOpenException;
import dev.tideline.store.RetentionWindow;
import dev.tideline.store.Slice;
import dev.tideline.wire.v1.EdgeCheckpoint;
import dev.tideline.wire.v1.EdgeCheckpointHead;
import dev.tideline.wire.v1.ForkedIncarnation;
import java.util.List;
import java.util.Optional;

/**
 * Rebuilds a replica: the newest checkpoint, then the apply log from behind the checkpoint's start,
 * then the journal from the first mutation that was not decided there.
 */
final class ReplicaRecovery {

  private final EdgeId edge;
  private final ReplicaCore core;
  private final Journal journal;
  private final ApplyLog applyLog;
  private final RetentionWindow journalWindow;

  private long caughtUpMs;
  private long applyFrom = 1;
  private long restored;
  private long journalFrom = 1;

  ReplicaRecovery(
      EdgeId edge,
      ReplicaCore core,
      Journal journal,
      ApplyLog applyLog,
      RetentionWindow journalWindow) {
    this.edge = edge;
    this.core = core;
    this.journal = journal;
    this.applyLog = applyLog;
    this.journalWindow = journalWindow;
  }

  /**
   * Runs it.
   *
   * @return when the edge was last caught up, in milliseconds since 1970; 0 if never
   */
  long run(Optional<CheckpointReader> newest) {
    newest.ifPresent(this::restore);
    if (applyLog.firstPosition() > applyFrom) {
      throw new StartException(
          "the apply log begins at position %d and there is no checkpoint that reaches to it: restore the data directory from a copy, or move it away and let the edge fetch everything again"
              .formatted(applyLog.firstPosition()));
    }
    long later = applyLog.recover(core, applyFrom, restored);
    journal.recover(
        journalFrom,
        new Journal.Visitor() {
          @Override
          public void mutation(Mutation mutation, long position, int bytes) {
            core.recover(mutation, position, bytes);
          }

          @Override
          public void begun(long incarnation, List<ForkedIncarnation> forked) {
            core.recoverBegun(incarnation, forked);
          }
        });
    try {
      core.recovered();
      journal.givenBack(core.state().retained.keySet()).forEach(core.state()::forget);
    } catch (RuntimeException e) {
      throw StartException.notUnderstood("what the journal holds beside the apply log", e);
    }
    return Math.max(caughtUpMs, later);
  }

  private void restore(CheckpointReader checkpoint) {
    try {
      load(checkpoint);
    } catch (LogOpenException e) {
      throw e;
    } catch (RuntimeException e) {
      throw StartException.notUnderstood(checkpoint.name(), e);
    }
  }

  private void load(CheckpointReader checkpoint) {
    if (checkpoint.end() > applyLog.lastPosition()) {
      throw new StartException(
          "%s reaches to position %d of the apply log, which ends at %d: records that were durable are missing; restore the data directory from a copy, or move it away and let the edge fetch everything again"
              .formatted(checkpoint.name(), checkpoint.end(), applyLog.lastPosition()));
    }
    applyFrom = checkpoint.start() + 1;
    restored = checkpoint.end();
    core.state().cache.expect(checkpoint.entries());
    checkpoint.read(
        new CheckpointReader.Visitor() {
          @Override
          public void state(ByteString message) {
            take(CheckpointCodec.parse(message));
          }

          @Override
          public void entry(Slice key, Slice value) {
            if (!core.restoreEntry(key, value)) {
              throw new StartException(
                  "the checkpoint holds more keys than the table takes: raise table.entries-max");
            }
          }
        });
  }

  private void take(EdgeCheckpoint message) {
    switch (message.getPartCase()) {
      case HEAD -> head(message.getHead());
      case PARTITION -> core.state().restore(message.getPartition());
      case VERDICT -> {
        var verdict = CheckpointCodec.decode(edge, message.getVerdict());
        core.state().exceptions.put(verdict.id(), verdict);
      }
      case OWN_KEY -> {
        var key = CheckpointCodec.decode(message.getOwnKey());
        core.state().noteKey(key.scope(), key.use());
      }
      case VERDICTS_FORGOTTEN ->
          core.state().verdictsForgotten.restore(message.getVerdictsForgotten());
      case FORKED -> core.state().forks.note(message.getForked());
      case REISSUED ->
          core.state()
              .forks
              .reissued(
                  Ids.decode(message.getReissued().getOriginal()),
                  Ids.decode(message.getReissued().getId()));
      case PLACES -> core.state().places.restore(message.getPlaces());
      case PART_NOT_SET ->
          throw new StartException(
              "the checkpoint holds a part that is not known here: use the version that wrote it");
    }
  }

  private void head(EdgeCheckpointHead head) {
    if (!head.getEdge().equals(edge.text())) {
      throw new StartException(
          "the data directory belongs to edge '%s', not '%s': give each edge a directory of its own"
              .formatted(head.getEdge(), edge));
    }
    if (head.getFormatVersion() != Layout.FORMAT_VERSION) {
      throw new StartException(
          "the checkpoint has format %d, this version knows %d: use the version that wrote it"
              .formatted(head.getFormatVersion(), Layout.FORMAT_VERSION));
    }
    if (head.hasLayout()) {
      core.learn(CatalogCodec.decode(head.getLayout()));
    }
    core.learn(CatalogCodec.decode(head.getCatalog()));
    core.observe(new HybridTime(head.getHybridTime()));
    core.hold(head.getInterests());
    applyLog.interestsKnown();
    head.getQuarantinedList()
        .forEach(key -> core.state().quarantine(CheckpointCodec.decode(key), key.getLacks()));
    for (var each : head.getIncarnationsList()) {
      core.state().retained.put(each.getIncarnation(), each.getLastSequence());
      if (each.getForgotten() > 0) {
        core.state().forgotten.put(each.getIncarnation(), each.getForgotten());
      }
      journal.restore(each.getIncarnation(), each.getBegunAt());
    }
    for (var mark : head.getJournalMarksList()) {
      journalWindow.note(
          new RetentionWindow.Mark(mark.getPosition(), mark.getWallMs(), mark.getBytes()));
    }
    caughtUpMs = head.getCaughtUpMs();
    journalFrom = head.getJournalFrom();
    journal.restoreBytes(head.getJournalBytes(), head.getJournalTo());
  }
}
