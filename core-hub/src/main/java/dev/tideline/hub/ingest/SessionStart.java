package dev.tideline.hub.ingest;

import dev.tideline.codec.CatalogCodec;
import dev.tideline.codec.Ids;
import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.fanout.FanoutCore;
import dev.tideline.hub.heal.Claim;
import dev.tideline.hub.reconcile.PartitionStatus;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interests;
import dev.tideline.model.LostHistory;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.PartitionProgress;
import dev.tideline.wire.v1.PartitionStart;
import dev.tideline.wire.v1.SnapshotNeeded;
import dev.tideline.wire.v1.Welcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an edge is told at the start of its session, and where in the change log its changes begin.
 * It is computed from memory, hence true only once the change log is durable to where it ended
 * afterwards. Verdicts that the edge has missed are not listed: it resumes behind its cursor, and
 * the changes from there carry them.
 */
final class SessionStart {

  /** As many as an edge keeps. */
  static final int TERMS_MAX = 32;

  private final Welcome.Builder welcome = Welcome.newBuilder();
  private final List<Claim> claims = new ArrayList<>();
  private final BitSet healing = new BitSet();
  private final long[] next;
  private long from;

  private SessionStart(int partitions, long from) {
    next = new long[partitions];
    this.from = from;
  }

  /**
   * What the hub knows.
   *
   * @param gathering whether it was set back and gathers what every edge retains
   */
  record Hub(
      ReconcileDriver reconcile, ChangeLogDriver changeLog, Catalog catalog, boolean gathering) {}

  static SessionStart of(Hello hello, EdgeId edge, Hub hub) {
    var reconcile = hub.reconcile();
    var changeLog = hub.changeLog();
    var progress = new HashMap<Integer, PartitionProgress>();
    hello.getProgressList().forEach(one -> progress.put(one.getPartition(), one));
    int partitions = reconcile.layout().partitions();
    // The end of the log before any head: what is decided from here on lies behind it.
    var start = new SessionStart(partitions, changeLog.lastPosition() + 1);
    var incarnations = incarnations(hello);
    var statuses = new ArrayList<PartitionStatus>(partitions);
    var plans = new ArrayList<StartPlan>(partitions);
    for (int partition = 0; partition < partitions; partition++) {
      var status = reconcile.status(partition);
      var one = progress.getOrDefault(partition, PartitionProgress.getDefaultInstance());
      statuses.add(status);
      plans.add(
          StartPlan.of(
              one,
              status,
              changeLog.firstRevision(partition),
              ahead(partition, decided(hello, one, edge), reconcile)));
      for (long incarnation : incarnations) {
        start.add(new Source(edge, incarnation), partition, reconcile);
      }
    }
    for (int partition = 0; partition < partitions; partition++) {
      var one = progress.getOrDefault(partition, PartitionProgress.getDefaultInstance());
      if (plans.get(partition) instanceof StartPlan.Heal(var fork)) {
        var status = statuses.get(partition);
        start.claims.add(claim(one, fork, status, decided(hello, one, edge)));
        StartPlan.untold(one, status).forEach(saw -> start.claims.add(untold(one, fork, saw)));
      }
    }
    start.add(plans, statuses, progress, hub);
    start.welcome.setLayout(CatalogCodec.encode(reconcile.layout()));
    if (hub.catalog().version() > hello.getCatalogVersion()) {
      start.welcome.setCatalog(CatalogCodec.encode(hub.catalog()));
    }
    return start;
  }

  private void add(
      List<StartPlan> plans,
      List<PartitionStatus> statuses,
      Map<Integer, PartitionProgress> progress,
      Hub hub) {
    if (hub.gathering() || !claims.isEmpty()) {
      healTogether(plans, progress);
    } else {
      loadTogether(plans, statuses, progress, hub.changeLog());
    }
    for (int partition = 0; partition < plans.size(); partition++) {
      add(plans.get(partition), statuses.get(partition), hub.changeLog());
    }
  }

  /** Without fence, clocks and limits. */
  Welcome.Builder welcome() {
    return welcome;
  }

  /** What the edge knows that the hub does not, of each partition that must heal. */
  List<Claim> claims() {
    return claims;
  }

  /** Whether the edge knows a history that is neither the one that stands nor healed. */
  boolean isAhead() {
    return claims.stream().anyMatch(claim -> !claim.late());
  }

  /** The partitions of which the edge brings what it retains: all, or none. */
  BitSet healing() {
    return healing;
  }

  /** Position in the change log at or before the first record that the edge lacks. */
  long from() {
    return from;
  }

  /** What the edge is sent from there on. */
  FanoutCore fanout(EdgeId edge, Interests sent) {
    return new FanoutCore(edge, next, from, sent);
  }

  private static Iterable<Long> incarnations(Hello hello) {
    var incarnations = new LinkedHashSet<Long>();
    hello.getRetainedList().forEach(retained -> incarnations.add(retained.getIncarnation()));
    incarnations.add(hello.getIncarnation());
    return incarnations;
  }

  /** Whether the edge knows a mutation of its own as decided that the hub does not. */
  private static boolean ahead(
      int partition, Map<Source, Long> decided, ReconcileDriver reconcile) {
    return decided.entrySet().stream()
        .anyMatch(one -> one.getValue() > reconcile.watermark(partition, one.getKey()).sequence());
  }

  /**
   * Up to where an edge knows mutations as decided that its journal had: of what another copy of it
   * has made, it has heard as well, but that is for the other copy to bring.
   */
  private static Map<Source, Long> decided(Hello hello, PartitionProgress progress, EdgeId edge) {
    var last = new HashMap<Long, Long>();
    for (var retained : hello.getRetainedList()) {
      last.put(retained.getIncarnation(), retained.getLastSequence());
    }
    var decided = new HashMap<Source, Long>();
    for (var included : progress.getIncludedList()) {
      long had = last.getOrDefault(included.getIncarnation(), 0L);
      if (had > 0) {
        decided.put(
            new Source(edge, included.getIncarnation()), Math.min(had, included.getSequence()));
      }
    }
    return decided;
  }

  private static Claim claim(
      PartitionProgress progress,
      Position fork,
      PartitionStatus status,
      Map<Source, Long> decided) {
    var cursor = Ids.decode(progress.getCursor());
    var followed = progress.getTermsList().stream().map(Ids::decode).toList();
    return new Claim(
        progress.getPartition(),
        LostHistory.behind(fork, followed, cursor),
        cursor.revision(),
        decided,
        cursor.revision() > fork.revision() && status.isHealed(cursor));
  }

  /**
   * A lost history of which is only known that somebody saw a position in it: it may share more
   * with the one that stands than what the edge had followed before, and still knows.
   */
  private static Claim untold(PartitionProgress progress, Position fork, Position saw) {
    var cursor = Ids.decode(progress.getCursor());
    boolean within =
        cursor.revision() <= fork.revision()
            && cursor.revision() < saw.revision()
            && Long.compareUnsigned(cursor.term(), saw.term()) < 0;
    var least = within ? new Position(fork.term(), cursor.revision()) : Position.START;
    var history = new LostHistory(least, List.of(new Position(saw.term(), least.revision() + 1)));
    return new Claim(progress.getPartition(), history, least.revision(), Map.of(), false);
  }

  /**
   * What an edge retains of a partition may have been decided, and seen by others, although the
   * edge itself never heard of it, and then it has its place among what others bring of that
   * partition. The edge cannot tell, so it brings everything.
   */
  private static void healTogether(
      List<StartPlan> plans, Map<Integer, PartitionProgress> progress) {
    for (int partition = 0; partition < plans.size(); partition++) {
      if (!(plans.get(partition) instanceof StartPlan.Heal)) {
        var one = progress.getOrDefault(partition, PartitionProgress.getDefaultInstance());
        plans.set(partition, new StartPlan.Heal(Ids.decode(one.getCursor())));
      }
    }
  }

  /**
   * An edge loads all of its partitions beside its base, or none: half a base that is replaced and
   * half that goes on would need two of everything, for the sake of reads that are old anyway.
   */
  private static void loadTogether(
      List<StartPlan> plans,
      List<PartitionStatus> statuses,
      Map<Integer, PartitionProgress> progress,
      ChangeLogDriver changeLog) {
    var needed = plans.stream().filter(StartPlan.Snapshot.class::isInstance).findFirst();
    if (needed.isEmpty()) {
      return;
    }
    var reason = ((StartPlan.Snapshot) needed.get()).reason();
    for (int partition = 0; partition < plans.size(); partition++) {
      if (!(plans.get(partition) instanceof StartPlan.Heal)) {
        var one = progress.getOrDefault(partition, PartitionProgress.getDefaultInstance());
        var after =
            StartPlan.streamAfter(one, statuses.get(partition), changeLog.firstRevision(partition));
        var fork =
            plans.get(partition) instanceof StartPlan.Snapshot snapshot
                ? snapshot.fork()
                : Optional.<Position>empty();
        plans.set(partition, new StartPlan.Snapshot(reason, after, fork));
      }
    }
  }

  private void add(StartPlan plan, PartitionStatus status, ChangeLogDriver changeLog) {
    int partition = status.partition();
    var message =
        PartitionStart.newBuilder().setPartition(partition).setHead(Ids.encode(status.position()));
    switch (plan) {
      case StartPlan.Resume(long revision) -> {
        message.setResumeFrom(revision);
        streamFrom(revision, status, changeLog);
      }
      case StartPlan.Snapshot(String reason, Position after, var fork) -> {
        var needed = needed(reason, after, status);
        fork.ifPresent(at -> needed.setFork(Ids.encode(at)));
        message.setSnapshot(needed);
        streamFrom(after.revision() + 1, status, changeLog);
      }
      case StartPlan.Heal(var fork) -> {
        next[partition] = FanoutCore.WITHHELD;
        healing.set(partition);
        message.setHealFork(Ids.encode(fork));
      }
    }
    welcome.addStarts(message);
  }

  private void streamFrom(long revision, PartitionStatus status, ChangeLogDriver changeLog) {
    next[status.partition()] = revision;
    if (revision <= status.head()) {
      from = Math.min(from, changeLog.positionOf(status.partition(), revision, from));
    }
  }

  private static SnapshotNeeded.Builder needed(
      String reason, Position after, PartitionStatus status) {
    var needed = SnapshotNeeded.newBuilder().setReason(reason).setStreamAfter(Ids.encode(after));
    var terms =
        status.terms().stream().filter(term -> term.revision() <= after.revision()).toList();
    terms
        .subList(Math.max(0, terms.size() - TERMS_MAX), terms.size())
        .forEach(term -> needed.addTerms(Ids.encode(term)));
    return needed;
  }

  private void add(Source source, int partition, ReconcileDriver reconcile) {
    var watermark = reconcile.watermark(partition, source);
    if (watermark.sequence() > 0) {
      welcome.addWatermarks(
          dev.tideline.wire.v1.Watermark.newBuilder()
              .setEdge(source.edge().text())
              .setIncarnation(source.incarnation())
              .setPartition(partition)
              .setSequence(watermark.sequence())
              .setContentHash(watermark.contentHash()));
    }
  }

  /** How far the edge had applied, per partition. */
  static long[] applied(Hello hello, int partitions) {
    var applied = new long[partitions];
    for (var progress : hello.getProgressList()) {
      applied[progress.getPartition()] = progress.getCursor().getRevision();
    }
    return applied;
  }
}
