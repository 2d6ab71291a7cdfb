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
import dev.tideline.wire.v1.ApplyRecord;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.IncarnationClosed;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Unhealed;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Sees everything, and shows it to the checks. */
public final class Auditor implements Witness {

  private final World world;
  private final Findings findings;
  private final History history;
  private final Checks checks;
  private final Conversations conversations;
  private final Ledgers ledgers;
  private final ClientAudit clients;
  private final Set<EdgeMachine> rebuilt = new LinkedHashSet<>();
  private final Set<EdgeMachine> wiping = new LinkedHashSet<>();
  private Supplier<List<EdgeMachine>> edges = List::of;
  private LongSupplier hubDurable = () -> 0;

  public Auditor(World world, Findings findings, History history) {
    this.world = world;
    this.findings = findings;
    this.history = history;
    ledgers = new Ledgers(history);
    checks = new Checks(world, findings, history, edge -> ledgers.of(edge).undecided());
    conversations = new Conversations(world, checks, this::forgotten);
    clients = new ClientAudit(findings, history, checks, ledgers);
  }

  /** What there is to look at between events. */
  public void installed(Installation installation) {
    checks.bounds().installed(installation);
    edges = installation::edges;
  }

  /** What clients are answered. */
  public ClientAudit clients() {
    return clients;
  }

  @Override
  public void journalled(EdgeMachine edge, long position, ByteString record) {
    Journals.read(record)
        .ifPresent(
            mutation -> {
              var ledger = ledgers.of(edge);
              var name = history.names().of(mutation);
              boolean heldHere = ledger.position(name) > 0;
              checks.each(check -> check.journalled(mutation, heldHere));
              var original = mutation.original().map(ledger::name);
              var alike = history.find(name);
              alike.ifPresent(any -> world.sight(Sight.WRITTEN_ALIKE_BY_TWO));
              ledger.add(
                  alike.orElseGet(() -> history.made(mutation, clients.writing(), original)),
                  position);
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
        var doubtful = ledgers.of(edge).undecidedUpTo(id, asked.getPartition());
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

  /** The hub's clock goes on by as much as verdicts are kept for. */
  public void retentionPasses() {
    checks.receipts().retentionPasses(world.nowUs());
  }

  /** A machine's disk was copied, and the copy may be used. */
  public void copied(EdgeMachine edge) {
    checks.receipts().copied(edge);
  }

  /** The next loss of the machine's disk is a loss of all of it. */
  public void wiping(EdgeMachine edge) {
    wiping.add(edge);
  }

  @Override
  public void journalReplaced(EdgeMachine edge) {
    var gone = ledgers.of(edge).replace(edge);
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
      clients.answer(edge, key, gateway.read(key)).ifPresent(checks.snapshotAndTail()::rebuilt);
    }
  }

  /** In the end, when all is quiet. */
  public void checkEnd(List<EdgeMachine> edges, HubMachine hub) {
    for (var edge : edges) {
      edge.stations()
          .ifPresent(
              stations -> {
                for (var key : history.keys()) {
                  var _ = clients.read(edge, key, stations.gateway().read(key));
                }
              });
    }
    checks.each(check -> check.atEnd(edges, hub));
  }
}
