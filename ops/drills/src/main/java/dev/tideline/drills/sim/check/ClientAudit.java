package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.model.Names;
import dev.tideline.drills.sim.model.Seen;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.HubMachine;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.edge.replica.OwnVerdict;
import dev.tideline.edge.replica.Reading;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.model.Durability;
import dev.tideline.model.MutationId;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.State;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.wire.v1.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Hears what clients are answered, and shows it to the checks. */
public final class ClientAudit {

  private final Findings findings;
  private final History history;
  private final Checks checks;
  private final Ledgers ledgers;
  private final Conditions conditions;
  private Seen writing = Seen.NOTHING;

  ClientAudit(Findings findings, History history, Checks checks, Ledgers ledgers) {
    this.findings = findings;
    this.history = history;
    this.checks = checks;
    this.ledgers = ledgers;
    conditions = new Conditions(findings, history);
  }

  /** Whether a token of this names what two processes have made. */
  public boolean isAmbiguous(Seen seen) {
    return history.names().isAmbiguous(seen);
  }

  /** What the client saw whose write comes next. */
  public void writing(Seen seen) {
    writing = seen;
  }

  Seen writing() {
    return writing;
  }

  /** A client hears that its write is kept. */
  public void acknowledged(MutationId id, Durability level, EdgeMachine edge, HubMachine hub) {
    var name = ledgers.of(edge).name(id);
    checks.nothingLost().acknowledged(name, level, edge, ledgers.of(edge).position(name), hub);
  }

  /** A client hears what became of its write. */
  public void verdict(EdgeMachine edge, OwnVerdict told) {
    checks.oneVerdict().verdict(edge, ledgers.of(edge).name(told.id()), told);
  }

  /** What a write is called that an edge has acknowledged, whoever else was given its id. */
  public MutationId name(EdgeMachine edge, MutationId id) {
    return ledgers.of(edge).name(id);
  }

  /** The receipts of what was issued again, by name. */
  public Map<MutationId, Receipt> issuedAgain() {
    var receipts = new LinkedHashMap<MutationId, Receipt>();
    for (var name : history.reissues().originals()) {
      int partition = history.find(name).orElseThrow().partition();
      receipts.put(name, new Receipt(Names.given(name), partition));
    }
    return receipts;
  }

  /**
   * A client is told what became of a write.
   *
   * @param last whether nothing is under way any more
   */
  public void receipt(EdgeMachine edge, MutationId name, ReceiptState state, boolean last) {
    checks.receipts().told(edge, name, state, last);
  }

  /** A client got an answer that holds at least what it had seen elsewhere. */
  public void roamed(EdgeMachine edge, QualifiedKey key, Seen seen, Reading reading) {
    if (!stands(key, reading)) {
      return;
    }
    long cursor = reading.token().context().seen().revision();
    checks.sessions().roamed(edge, ledgers.of(edge), key, seen, cursor);
  }

  /** A client is about to write; what is returned is to be told what becomes of that. */
  public Consumer<WriteResult> demanded(
      EdgeMachine edge, QualifiedKey key, Precondition demanded, Seen seen, ReadResult shown) {
    var answer = answer(edge, key, shown);
    var hold = answer.flatMap(it -> conditions.hold(it, demanded, seen));
    return result ->
        hold.ifPresent(it -> conditions.judged(answer.orElseThrow(), demanded, it, result));
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
    findings.require(
        !(result instanceof ReadResult.Refused(var refusal))
            || refusal.code() != ErrorCode.QUARANTINED,
        Invariant.NO_DEFECT,
        "%s shows %s as quarantined",
        edge.name(),
        key);
    var answer = answer(edge, key, result);
    answer.ifPresent(it -> checks.each(check -> check.answered(it)));
    return answer.map(Answer::reading);
  }

  /** What an edge shows; empty if it shows nothing, or what was lost. */
  Optional<Answer> answer(EdgeMachine edge, QualifiedKey key, ReadResult result) {
    return result instanceof ReadResult.Read read && stands(key, read.reading())
        ? Optional.of(answer(edge, key, read.reading(), read.stalenessMs()))
        : Optional.empty();
  }

  /** Whether it shows what was not lost: a base beyond the fork is replaced, never compared. */
  private boolean stands(QualifiedKey key, Reading reading) {
    int partition = history.layout().partitionOf(key.key().zone());
    return history.stands(partition, reading.token().context().seen());
  }

  private Answer answer(EdgeMachine edge, QualifiedKey key, Reading reading, long stalenessMs) {
    int partition = history.layout().partitionOf(key.key().zone());
    long cursor = reading.token().context().seen().revision();
    var pending = ledgers.of(edge).pending(partition, cursor, edge.journal().first());
    boolean uncertain =
        pending.stream().anyMatch(history.reissues()::isForgotten)
            || ledgers.of(edge).anyUnheard(partition, cursor);
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
    var own = ledgers.of(edge).ownSeen(replica.incarnation(), shown, edge.journal().first());
    return held
        ? history.seen(partition, partitions.get(partition).cursor(), own)
        : new Seen(0, own);
  }
}
