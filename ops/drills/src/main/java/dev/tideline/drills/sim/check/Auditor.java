package dev.tideline.drills.sim.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.tideline.codec.CatalogCodec;
import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.model.Seen;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.HubMachine;
import dev.tideline.drills.sim.node.Witness;
import dev.tideline.drills.sim.world.World;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.replica.OwnVerdict;
import dev.tideline.edge.replica.Reading;
import dev.tideline.model.Durability;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.wire.v1.ApplyRecord;
import dev.tideline.wire.v1.ChangeLogRecord;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** Sees everything, and holds it against what must hold. */
public final class Auditor implements Witness {

  private final World world;
  private final Findings findings;
  private final History history;
  private final Promises promises;
  private final Sayings sayings;
  private final Views views;
  private final Map<EdgeMachine, EdgeLedger> ledgers = new HashMap<>();
  private final Map<EdgeMachine, long[]> cursors = new HashMap<>();
  private final Set<EdgeMachine> loaded = new LinkedHashSet<>();
  private final Set<EdgeMachine> wiping = new LinkedHashSet<>();
  private Seen writing = Seen.NOTHING;
  private LongSupplier hubDurable = () -> 0;

  public Auditor(World world, Findings findings, History history) {
    this.world = world;
    this.findings = findings;
    this.history = history;
    promises = new Promises(findings, history);
    sayings = new Sayings(findings, history);
    views = new Views(world, findings, history);
  }

  private EdgeLedger ledger(EdgeMachine edge) {
    return ledgers.computeIfAbsent(edge, of -> new EdgeLedger(history));
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
              findings.require(
                  history.find(mutation.id()).isEmpty(),
                  Invariant.EXACTLY_ONCE,
                  "%s is given to two mutations",
                  mutation.id());
              ledger(edge).add(history.made(mutation, writing), position);
            });
  }

  @Override
  public void applied(EdgeMachine edge, ByteString record) {
    try {
      if (ApplyRecord.parseFrom(record).getLoadEnded().getLive()) {
        loaded.add(edge);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an apply log that a node wrote cannot be read", e);
    }
  }

  @Override
  public void decided(HubMachine hub, long position, ByteString bytes) {
    hubDurable = hub.log()::durable;
    try {
      var record = ChangeLogRecord.parseFrom(bytes);
      switch (record.getRecordCase()) {
        case DECISIONS ->
            history.decide(position, record.getDecisions(), hub.clock().millis(), world.nowUs());
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

  @Override
  public void hubBegins(long lastPosition) {
    history.lostBehind(lastPosition);
  }

  @Override
  public void told(HubMachine hub, String edge, MessageLite frame) {
    sayings.told(hub, edge, frame);
  }

  @Override
  public void heard(String edge, MessageLite frame) {
    sayings.heard(edge, frame);
  }

  /** The next loss of the machine's disk is a loss of all of it. */
  public void wiping(EdgeMachine edge) {
    wiping.add(edge);
  }

  @Override
  public void journalReplaced(EdgeMachine edge) {
    promises.lost(ledger(edge).replace(edge), wiping.remove(edge), hubDurable.getAsLong());
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
    promises.acknowledged(id, level, edge, ledger(edge).position(id), hub);
  }

  /** A client hears what became of its write. */
  public void verdict(EdgeMachine edge, OwnVerdict told) {
    findings.require(
        history.decided(told.id()).filter(it -> it.verdict() == told.verdict()).isPresent(),
        Invariant.ONE_VERDICT,
        "%s tells that %s is %s, decided is %s",
        edge.name(),
        told.id(),
        told.verdict(),
        history.decided(told.id()));
  }

  /** A client got an answer that holds at least what it had seen elsewhere. */
  public void roamed(EdgeMachine edge, QualifiedKey key, Seen seen, Reading reading) {
    int partition = history.layout().partitionOf(key.key().zone());
    long cursor = reading.token().context().seen().revision();
    boolean all = seen.revision() <= cursor;
    for (var one : history.madeIn(partition, seen)) {
      boolean decided =
          history.decided(one.mutation().id()).filter(it -> it.revision() <= cursor).isPresent();
      all &= decided || ledger(edge).position(one.mutation().id()) > 0;
    }
    findings.require(
        all,
        Invariant.SESSIONS,
        "%s answers for %s at %d to a client that saw %s",
        edge.name(),
        key,
        cursor,
        seen);
  }

  /** Two keys that are always written together were read together. */
  public void together(EdgeMachine edge, List<QualifiedKey> keys, State one, State other) {
    findings.require(
        value(one).equals(value(other)),
        Invariant.ATOMICITY,
        "%s shows of %s halves that were not written together: %s, %s",
        edge.name(),
        keys,
        one,
        other);
  }

  private static ByteString value(State state) {
    return state instanceof State.Register(var version) ? version.value() : ByteString.EMPTY;
  }

  /** A client gets an answer to a read. */
  public Optional<Reading> read(EdgeMachine edge, QualifiedKey key, ReadResult result) {
    return views.check(edge, ledger(edge), key, result);
  }

  /**
   * What a client of an edge sees of a zone at this moment.
   *
   * @param held whether the edge shows the keys in question
   */
  public Seen seen(EdgeMachine edge, int partition, boolean held) {
    var replica = edge.stations().orElseThrow().replica();
    var at = cursorsOf(edge);
    return new Seen(held ? at[partition] : 0, ledger(edge).ownSeen(replica.incarnation(), at));
  }

  private long[] cursorsOf(EdgeMachine edge) {
    var at = new long[history.layout().partitions()];
    edge.stations()
        .orElseThrow()
        .replica()
        .progress()
        .partitions()
        .forEach(one -> at[one.number()] = one.cursor().revision());
    return at;
  }

  /** After an event: what is cheap, and all of a base that has just been loaded. */
  public void afterEvent() {
    if (loaded.isEmpty()) {
      return;
    }
    var all = List.copyOf(loaded);
    loaded.clear();
    all.stream().filter(edge -> edge.stations().isPresent()).forEach(this::checkAll);
  }

  /** Everything that an edge shows, and that its cursors only went forward. */
  public void checkAll(EdgeMachine edge) {
    var gateway = edge.stations().orElseThrow().gateway();
    if (!gateway.catalog().known()) {
      return;
    }
    for (var key : history.keys()) {
      var _ = read(edge, key, gateway.read(key));
    }
    cursors.put(edge, cursorsOf(edge));
  }

  /** In the end, when all is quiet. */
  public void checkEnd(Iterable<EdgeMachine> edges, HubMachine hub) {
    promises.check();
    for (var edge : edges) {
      edge.stations().ifPresent(stations -> checkAll(edge));
    }
    var reconcile = hub.stations().orElseThrow().reconcile();
    for (var key : history.keys()) {
      findings.require(
          history.same(key, history.cell(key), reconcile.read(key).state()),
          Invariant.CONVERGENCE,
          "the hub holds %s as %s, decided was %s",
          key,
          reconcile.read(key).state(),
          history.cell(key));
    }
  }
}
