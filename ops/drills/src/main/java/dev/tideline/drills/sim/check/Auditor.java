package dev.tideline.drills.sim.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.tideline.codec.CatalogCodec;
import dev.tideline.codec.Ids;
import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.model.Moment;
import dev.tideline.drills.sim.model.Seen;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.HubMachine;
import dev.tideline.drills.sim.node.Installation;
import dev.tideline.drills.sim.node.Witness;
import dev.tideline.drills.sim.world.Sight;
import dev.tideline.drills.sim.world.World;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.edge.replica.OwnVerdict;
import dev.tideline.edge.replica.Reading;
import dev.tideline.model.Durability;
import dev.tideline.model.MutationId;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.wire.v1.ApplyRecord;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.IncarnationClosed;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Unhealed;
import dev.tideline.wire.v1.Value;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Sees everything, and shows it to the checks. */
public final class Auditor implements Witness {

  private final World world;
  private final Findings findings;
  private final History history;
  private final Checks checks;
  private final Conversations conversations;
  private final Conditions conditions;
  private final Map<EdgeMachine, EdgeLedger> ledgers = new HashMap<>();
  private final Set<EdgeMachine> rebuilt = new LinkedHashSet<>();
  private final Set<EdgeMachine> wiping = new LinkedHashSet<>();
  private Seen writing = Seen.NOTHING;
  private Supplier<List<EdgeMachine>> edges = List::of;
  private LongSupplier hubDurable = () -> 0;

  public Auditor(World world, Findings findings, History history) {
    this.world = world;
    this.findings = findings;
    this.history = history;
    checks = new Checks(world, findings, history, edge -> ledger(edge).undecided());
    conversations = new Conversations(world, checks, this::forgotten);
    conditions = new Conditions(findings, history);
  }

  /** What there is to look at between events. */
  public void installed(Installation installation) {
    checks.bounds().installed(installation);
    edges = installation::edges;
  }

  private EdgeLedger ledger(EdgeMachine edge) {
    return ledgers.computeIfAbsent(edge, of -> new EdgeLedger(history));
  }

  /** Whether a token of this names what two processes have made. */
  public boolean isAmbiguous(Seen seen) {
    return history.names().isAmbiguous(seen);
  }

  /** What the client saw whose write comes next. */
  public void writing(Seen seen) {
    writing = seen;
  }

  @Override
  public void journalled(EdgeMachine edge, long position, ByteString record) {
    Journals.read(record)
        .ifPresent(
            mutation -> {
              var ledger = ledger(edge);
              var name = history.names().of(mutation);
              boolean heldHere = ledger.position(name) > 0;
              checks.each(check -> check.journalled(mutation, heldHere));
              var original = mutation.original().map(ledger::name);
              var alike = history.find(name);
              alike.ifPresent(any -> world.sight(Sight.WRITTEN_ALIKE_BY_TWO));
              ledger.add(
                  alike.orElseGet(() -> history.made(mutation, writing, original)), position);
            });
  }

  @Override
  public void applied(EdgeMachine edge, ByteString record) {
    try {
      if (ApplyRecord.parseFrom(record).getLoadEnded().getLive()) {
        world.sight(Sight.SNAPSHOT_LIVE);
        rebuilt.add(edge);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an apply log that a node wrote cannot be read", e);
    }
  }

  @Override
  public void started(EdgeMachine edge) {
    rebuilt.add(edge);
  }

  @Override
  public void started(HubMachine hub) {
    history.told().forget();
    checks.snapshotAndTail().rebuilt(hub);
  }

  @Override
  public void decided(HubMachine hub, long position, ByteString bytes) {
    hubDurable = hub.log()::durable;
    try {
      var record = ChangeLogRecord.parseFrom(bytes);
      switch (record.getRecordCase()) {
        case DECISIONS -> {
          var decisions = record.getDecisions();
          passOver(decisions.getPartition(), decisions.getUnhealedList());
          var moment = new Moment(world.nowUs(), hub.clock().millis());
          history.decide(position, decisions, moment, checks);
        }
        case TERM -> history.begin(position, record.getTerm());
        case HEALED -> {
          var healed = record.getHealed();
          passOver(healed.getPartition(), healed.getUnhealedList());
          history.healed(position, healed);
        }
        case CLOSED -> forget(record.getClosed());
        case CATALOG -> history.catalog(CatalogCodec.decode(record.getCatalog()));
        default -> {}
      }
    } catch (RuntimeException e) {
      // Not to be taken for a failure of the node that is in the middle of it.
      broke("the model", e);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a change log that a node wrote cannot be read", e);
    }
  }

  /** Whatever comes of it from here on is too late. */
  private void forget(IncarnationClosed closed) {
    if (closed.getForgotten()) {
      world.sight(Sight.INCARNATION_FORGOTTEN);
      history.reissues().forget(closed.getEdge(), closed.getIncarnation());
      var all =
          Unhealed.newBuilder()
              .setEdge(closed.getEdge())
              .setIncarnation(closed.getIncarnation())
              .setToSequence(Long.MAX_VALUE)
              .build();
      for (int partition = 0; partition < history.layout().partitions(); partition++) {
        passOver(partition, List.of(all));
      }
    }
  }

  /** A machine cannot find out whether it, or a copy of it, made what was decided. */
  private void forgotten(String machine, Locate asked) {
    var id = Ids.decode(asked.getId());
    for (var edge : edges.get()) {
      if (edge.name().equals(machine)) {
        var doubtful = ledger(edge).undecidedUpTo(id, asked.getPartition());
        doubtful.forEach(history.reissues()::forget);
        checks.nothingLost().doubtful(doubtful);
      }
    }
  }

  private void passOver(int partition, List<Unhealed> ranges) {
    for (var range : ranges) {
      checks.nothingLost().passedOver(partition, range, edges.get());
    }
  }

  @Override
  public void hubBegins(long lastPosition) {
    history.lostBehind(lastPosition);
  }

  @Override
  public void hubSetBack(long lastPosition) {
    history.setBack(lastPosition);
    checks.sessions().forget();
  }

  @Override
  public void told(HubMachine hub, String edge, MessageLite frame) {
    conversations.told(hub, edge, frame);
  }

  @Override
  public void heard(String edge, MessageLite frame) {
    if (frame instanceof EdgeFrame told && told.hasHello()) {
      told.getHello().getProgressList().forEach(history.told()::hello);
    }
    conversations.heard(edge, frame);
  }

  /** A process of an edge goes on twice, from one copy of its memory. */
  public void livesTwice(EdgeMachine edge, long incarnation) {
    world.sight(Sight.INCARNATION_LIVES_TWICE);
    history.livesTwice(new Seen.Source(edge.id().text(), incarnation));
  }

  /** The next loss of the machine's disk is a loss of all of it. */
  public void wiping(EdgeMachine edge) {
    wiping.add(edge);
  }

  @Override
  public void journalReplaced(EdgeMachine edge) {
    var gone = ledger(edge).replace(edge);
    checks.nothingLost().lost(gone, wiping.remove(edge), hubDurable.getAsLong());
  }

  @Override
  public void broke(String node, Throwable failure) {
    findings.report(Invariant.NO_DEFECT, node + " broke: " + failure + at(failure));
  }

  private static String at(Throwable failure) {
    var text = new StringBuilder();
    for (int i = 0; i < Math.min(8, failure.getStackTrace().length); i++) {
      text.append("\n      at ").append(failure.getStackTrace()[i]);
    }
    return text.toString();
  }

  /** A client hears that its write is kept. */
  public void acknowledged(MutationId id, Durability level, EdgeMachine edge, HubMachine hub) {
    var name = ledger(edge).name(id);
    checks.nothingLost().acknowledged(name, level, edge, ledger(edge).position(name), hub);
  }

  /** A client hears what became of its write. */
  public void verdict(EdgeMachine edge, OwnVerdict told) {
    checks.oneVerdict().verdict(edge, ledger(edge).name(told.id()), told);
  }

  /** A client got an answer that holds at least what it had seen elsewhere. */
  public void roamed(EdgeMachine edge, QualifiedKey key, Seen seen, Reading reading) {
    if (!stands(key, reading)) {
      return;
    }
    long cursor = reading.token().context().seen().revision();
    checks.sessions().roamed(edge, ledger(edge), key, seen, cursor);
  }

  /** A client is about to write; what is returned is to be told what becomes of that. */
  public Consumer<WriteResult> demanded(
      EdgeMachine edge, QualifiedKey key, Precondition demanded, Seen seen, ReadResult shown) {
    if (shown instanceof ReadResult.Read read && stands(key, read.reading())) {
      var answer = answer(edge, key, read.reading(), read.stalenessMs());
      var hold = conditions.hold(answer, demanded, seen);
      return result -> hold.ifPresent(it -> conditions.judged(answer, demanded, it, result));
    }
    return result -> {};
  }

  /** Two keys that are always written together were read together. */
  public void together(EdgeMachine edge, List<QualifiedKey> keys, State one, State other) {
    checks.atomicity().together(edge, keys, one, other);
  }

  /** A watcher was told of two keys that are always written together. */
  public void followed(EdgeMachine edge, List<QualifiedKey> keys, Value one, Value other) {
    checks.atomicity().followed(edge, keys, one, other);
  }

  /**
   * Whether a watcher has been told everything that an edge shows of a zone.
   *
   * @param last whether it has had its time: if not it is not told at all
   */
  public boolean pictured(
      EdgeMachine edge, String zone, Function<QualifiedKey, Value> picture, boolean last) {
    boolean all = true;
    for (var key : history.keys()) {
      if (key.key().zone().equals(zone)
          && edge.stations().orElseThrow().gateway().read(key) instanceof ReadResult.Read read) {
        all &= checks.view().pictured(edge, key, read.reading(), picture.apply(key), last);
      }
    }
    return all;
  }

  /** A client gets an answer to a read; what it read, if it was answered. */
  public Optional<Reading> read(EdgeMachine edge, QualifiedKey key, ReadResult result) {
    return switch (result) {
      case ReadResult.Refused(var refusal) -> {
        findings.require(
            refusal.code() != ErrorCode.QUARANTINED,
            Invariant.NO_DEFECT,
            "%s shows %s as quarantined",
            edge.name(),
            key);
        yield Optional.empty();
      }
      case ReadResult.Read read -> {
        if (!stands(key, read.reading())) {
          yield Optional.empty();
        }
        var answer = answer(edge, key, read.reading(), read.stalenessMs());
        checks.each(check -> check.answered(answer));
        yield Optional.of(read.reading());
      }
    };
  }

  /** Whether it shows what was not lost: a base beyond the fork is replaced, never compared. */
  private boolean stands(QualifiedKey key, Reading reading) {
    int partition = history.layout().partitionOf(key.key().zone());
    return history.stands(partition, reading.token().context().seen());
  }

  private Answer answer(EdgeMachine edge, QualifiedKey key, Reading reading, long stalenessMs) {
    int partition = history.layout().partitionOf(key.key().zone());
    long cursor = reading.token().context().seen().revision();
    var pending = ledger(edge).pending(partition, cursor, edge.journal().first());
    boolean uncertain =
        pending.stream().anyMatch(history.reissues()::isForgotten)
            || ledger(edge).anyUnheard(partition, cursor);
    return new Answer(edge, key, partition, reading, stalenessMs, pending, uncertain);
  }

  /**
   * What a client of an edge sees of a zone at this moment.
   *
   * @param held whether the edge shows the keys in question
   */
  public Seen seen(EdgeMachine edge, int partition, boolean held) {
    var replica = edge.stations().orElseThrow().replica();
    var partitions = replica.progress().partitions();
    var shown =
        partitions.stream().map(one -> history.seen(one.number(), one.cursor(), Map.of())).toList();
    var own = ledger(edge).ownSeen(replica.incarnation(), shown, edge.journal().first());
    return held
        ? history.seen(partition, partitions.get(partition).cursor(), own)
        : new Seen(0, own);
  }

  /** After an event: what is cheap, and all of a base that has just been rebuilt. */
  public void afterEvent() {
    checks.each(Check::afterEvent);
    if (!rebuilt.isEmpty()) {
      var all = List.copyOf(rebuilt);
      rebuilt.clear();
      all.stream().filter(edge -> edge.stations().isPresent()).forEach(this::checkRebuilt);
    }
  }

  private void checkRebuilt(EdgeMachine edge) {
    var gateway = edge.stations().orElseThrow().gateway();
    if (!gateway.catalog().known()) {
      return;
    }
    for (var key : history.keys()) {
      if (gateway.read(key) instanceof ReadResult.Read read && stands(key, read.reading())) {
        checks.snapshotAndTail().rebuilt(answer(edge, key, read.reading(), read.stalenessMs()));
      }
    }
  }

  /** In the end, when all is quiet. */
  public void checkEnd(List<EdgeMachine> edges, HubMachine hub) {
    for (var edge : edges) {
      edge.stations()
          .ifPresent(
              stations -> {
                for (var key : history.keys()) {
                  var _ = read(edge, key, stations.gateway().read(key));
                }
              });
    }
    checks.each(check -> check.atEnd(edges, hub));
  }
}
