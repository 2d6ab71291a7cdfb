package dev.tideline.hub;

import dev.tideline.codec.CatalogCodec;
import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.changelog.HubClock;
import dev.tideline.hub.checkpoint.CheckpointDriver;
import dev.tideline.hub.checkpoint.CheckpointRestore;
import dev.tideline.hub.ingest.IngestDriver;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.model.Catalog;
import dev.tideline.model.HybridTime;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Layout;
import dev.tideline.model.NamespaceContract;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.StartException;
import dev.tideline.store.RecordLog;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.HubBoot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What happens once, before the hub serves: the newest checkpoint and the change log behind its
 * start are read, and everything in memory follows from them; then this start is written down.
 *
 * <pre>
 *  first start:  HEAD BOOT CATALOG TERM …
 *  later starts: … BOOT [CATALOG, if namespaces were added] TERM …
 * </pre>
 *
 * Nothing is told to anybody before all that is durable, what was read included: a killed
 * predecessor may have left records that it never forced.
 */
final class HubRecovery {

  private static final int TERM_RANDOM_BITS = 20;

  private final CheckpointDriver.Sources sources;
  private final ChangeLogDriver changeLog;
  private final ReconcileDriver reconcile;
  private final IngestDriver ingest;
  private final HubClock clock;
  private final Machine machine;
  private Catalog catalog = Catalog.NONE;
  private long term;

  HubRecovery(CheckpointDriver.Sources sources, Machine machine) {
    this.sources = sources;
    changeLog = sources.changeLog();
    reconcile = sources.reconcile();
    ingest = sources.ingest();
    clock = sources.clock();
    this.machine = machine;
  }

  /** The catalog in force. */
  Catalog catalog() {
    return catalog;
  }

  /** The running term. */
  long term() {
    return term;
  }

  /**
   * The layout of the installation, kept by the first record of its log.
   *
   * @throws StartException if another one is wanted
   */
  static Layout layout(RecordLog log, CheckpointRestore checkpoint, Optional<Layout> wanted) {
    if (checkpoint.layout().isPresent()) {
      return same(checkpoint.layout().get(), wanted);
    }
    if (log.lastPosition() == 0) {
      return wanted.orElse(new Layout(Layout.PARTITIONS_MAX));
    }
    try (var reader = log.read(log.firstPosition())) {
      if (!reader.next()) {
        throw new IllegalStateException("the change log's first record is missing");
      }
      var first = ChangeLogRecord.parseFrom(reader.record());
      if (!first.hasHead()) {
        throw new StartException(
            "the log does not begin with a layout: it is not a hub's change log; set data.dir");
      }
      return same(CatalogCodec.decode(first.getHead()), wanted);
    } catch (InvalidInputException | IOException e) {
      throw new StartException("the change log's head cannot be read: " + e.getMessage());
    }
  }

  private static Layout same(Layout kept, Optional<Layout> wanted) {
    if (wanted.isPresent() && !wanted.get().equals(kept)) {
      throw new StartException(
          "partitions = %d: this installation has %d for its whole life; leave the setting out"
              .formatted(wanted.get().partitions(), kept.partitions()));
    }
    return kept;
  }

  /**
   * Reads checkpoint and log and writes this start down; afterwards the hub may serve.
   *
   * @param checkpoint the newest
   */
  void run(
      CheckpointRestore checkpoint, Optional<List<NamespaceContract>> declared, long clockSkewMs) {
    checkpoint.into(sources);
    catalog = checkpoint.catalog();
    term = checkpoint.term();
    changeLog.replay(checkpoint.replayFrom(), (position, record) -> replay(record));
    if (changeLog.lastPosition() == 0) {
      append(ChangeLogRecord.newBuilder().setHead(CatalogCodec.encode(reconcile.layout())));
    }
    var next = nextCatalog(declared);
    append(
        ChangeLogRecord.newBuilder()
            .setBoot(HubBoot.newBuilder().setBootId(machine.bootId()).setWallMs(clock.wallMs())));
    if (next.version() > catalog.version()) {
      catalog = next;
      append(ChangeLogRecord.newBuilder().setCatalog(CatalogCodec.encode(catalog)));
    }
    term = drawTerm();
    var begun = reconcile.termFrom(term);
    append(ChangeLogRecord.newBuilder().setTerm(begun));
    reconcile.enter(begun);
    changeLog.awaitDurable(changeLog.lastPosition());
    reconcile.open(catalog, clockSkewMs);
    ingest.open(catalog, term);
  }

  private void replay(ChangeLogRecord record) {
    switch (record.getRecordCase()) {
      case HEAD, BOOT -> {}
      case TERM -> {
        reconcile.enter(record.getTerm());
        term = record.getTerm().getTerm();
      }
      case SESSION -> ingest.replay(record.getSession());
      case CLOSED -> ingest.replay(record.getClosed());
      case CATALOG -> catalog = CatalogCodec.decode(record.getCatalog());
      case DECISIONS ->
          reconcile.replay(record.getDecisions(), new HybridTime(record.getHybridClock()).millis());
      case HEALED -> reconcile.replay(record.getHealed());
      case RECORD_NOT_SET ->
          throw new StartException(
              "the change log was written by a later version: it holds records unknown here");
    }
  }

  private Catalog nextCatalog(Optional<List<NamespaceContract>> declared) {
    if (declared.isEmpty() && catalog.known()) {
      return catalog;
    }
    return CatalogEvolution.next(catalog, declared.orElseGet(CatalogFile::readDefault));
  }

  private void append(ChangeLogRecord.Builder record) {
    changeLog.append(record);
  }

  /** Above every term before, even if the clock went back; random against two copies of one hub. */
  private long drawTerm() {
    long millis = Math.max(clock.wallMs(), (term >>> TERM_RANDOM_BITS) + 1);
    return (millis << TERM_RANDOM_BITS) | machine.random().nextInt(1 << TERM_RANDOM_BITS);
  }
}
