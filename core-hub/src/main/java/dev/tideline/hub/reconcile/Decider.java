package dev.tideline.hub.reconcile;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.Ids;
import dev.tideline.codec.MutationCodec;
import dev.tideline.codec.UnknownFieldsException;
import dev.tideline.codec.Verdicts;
import dev.tideline.hub.reconcile.CanonicalTable.Entry;
import dev.tideline.hub.reconcile.IdempotencyTable.First;
import dev.tideline.merge.MergeRule;
import dev.tideline.merge.Outcome;
import dev.tideline.merge.Write;
import dev.tideline.model.Catalog;
import dev.tideline.model.Change;
import dev.tideline.model.Context;
import dev.tideline.model.DataType;
import dev.tideline.model.HybridTime;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Mutation;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Reason;
import dev.tideline.model.SizeLimits;
import dev.tideline.model.State;
import dev.tideline.model.Verdict;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.Former;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Decides one mutation at one revision. There is a decision for everything: what cannot be read or
 * judged is quarantined with its bytes, so that one poison write never stops the rest. Guarded by
 * the partition's lock; whatever it wrote can be rolled back until the share is committed.
 */
final class Decider {

  /** What a decision holds beside changes and conflicts. */
  private static final int AROUND_BYTES_MAX = 8 * 1024;

  private final CanonicalTable table;
  private final IdempotencyTable keys;
  private final UnaryOperator<Context> contexts;
  private final ContractCheck contracts;
  private final long clockSkewMs;
  private final List<RuntimeException> failures = new ArrayList<>();
  private HybridTime latest = HybridTime.ZERO;
  private HybridTime lastCut = HybridTime.ZERO;

  /**
   * A decider over a partition's part of the table.
   *
   * @param contexts says a context that was made in a lost history in words of the one that stands
   */
  Decider(
      CanonicalTable table,
      IdempotencyTable keys,
      UnaryOperator<Context> contexts,
      Catalog catalog,
      long clockSkewMs) {
    this.table = table;
    this.keys = keys;
    this.contexts = contexts;
    this.contracts = new ContractCheck(catalog);
    this.clockSkewMs = clockSkewMs;
  }

  /** One mutation on its way: what is read from it and what is written of it. */
  private record Case(
      dev.tideline.wire.v1.Mutation message,
      Mutation mutation,
      Context context,
      long revision,
      HybridTime time,
      Decision.Builder decision) {}

  /** The latest time of any mutation decided so far, within the allowed skew. */
  HybridTime latest() {
    return latest;
  }

  /** Defects met since the last call, for the log. */
  List<RuntimeException> takeFailures() {
    if (failures.isEmpty()) {
      return List.of();
    }
    var taken = List.copyOf(failures);
    failures.clear();
    return taken;
  }

  /**
   * Decides; never throws for what a mutation holds.
   *
   * @param former what became of it in a history that the hub has lost; what was not taken then
   *     because of what it is, is not taken now either
   */
  Decision decide(
      dev.tideline.wire.v1.Mutation message, Former former, long revision, long wallMs) {
    var decision =
        Decision.newBuilder()
            .setSequence(message.getId().getSequence())
            .setContentHash(message.getContentHash())
            .setTraceContext(message.getTraceContext());
    if (former.hasPosition()) {
      decision.setFormer(former.getPosition());
    }
    if (former.getVerdict() == dev.tideline.wire.v1.Verdict.REJECTED
        || former.getVerdict() == dev.tideline.wire.v1.Verdict.QUARANTINED) {
      keepAsItWas(message, former, wallMs, decision);
      return decision.build();
    }
    int tableMark = table.mark();
    int keysMark = keys.mark();
    try {
      judge(message, revision, wallMs, decision);
    } catch (UnknownFieldsException e) {
      keepAside(decision, Verdict.QUARANTINED, Reason.UNKNOWN_FIELDS, message.toByteString());
    } catch (InvalidInputException e) {
      keepAside(decision, Verdict.QUARANTINED, Reason.MALFORMED, message.toByteString());
    } catch (RuntimeException e) {
      // A defect of ours must cost this mutation only, and must be seen.
      failures.add(e);
      table.rollbackTo(tableMark);
      keys.rollbackTo(keysMark);
      decision.clearChanges().clearConflicts().clearIdempotency().clearFirst();
      keepAside(decision, Verdict.QUARANTINED, Reason.MALFORMED, message.toByteString());
    }
    return decision.build();
  }

  /** Its key, too, stays used by it. */
  private void keepAsItWas(
      dev.tideline.wire.v1.Mutation message,
      Former former,
      long wallMs,
      Decision.Builder decision) {
    decision
        .setVerdict(former.getVerdict())
        .setReason(former.getReason())
        .setQuarantined(message.toByteString());
    boolean keyed =
        former.getVerdict() == dev.tideline.wire.v1.Verdict.REJECTED
            && former.getReason() != dev.tideline.wire.v1.Reason.IDEMPOTENCY_KEY_REUSED
            && former.getReason() != dev.tideline.wire.v1.Reason.TABLE_FULL
            && !message.getIdempotencyKey().isEmpty();
    if (keyed) {
      var mutation = MutationCodec.decode(message);
      var scope = mutation.idempotencyScope().orElseThrow();
      var first = new First(mutation.id(), mutation.idempotencyHash(), wallMs);
      if (keys.find(scope).isEmpty() && keys.add(scope, first)) {
        decision.setIdempotency(IdempotencyTable.message(mutation));
      }
    }
  }

  private void judge(
      dev.tideline.wire.v1.Mutation message,
      long revision,
      long wallMs,
      Decision.Builder decision) {
    var mutation = MutationCodec.decode(message);
    var refused = contracts.check(mutation, message.getSerializedSize());
    if (refused != Reason.NONE) {
      var verdict = refused == Reason.UNKNOWN_NAMESPACE ? Verdict.QUARANTINED : Verdict.REJECTED;
      keepAside(decision, verdict, refused, message.toByteString());
      return;
    }
    var it =
        new Case(
            message,
            mutation,
            contexts.apply(mutation.context()),
            revision,
            clamp(mutation.time(), wallMs),
            decision);
    decision.setClockClamped(!it.time().equals(mutation.time()));
    var scope = mutation.idempotencyScope();
    if (scope.isEmpty()) {
      apply(it);
      return;
    }
    var first = keys.find(scope.get());
    if (first.isPresent()) {
      repeat(it, first.get());
    } else if (!decision.hasFormer() && IdempotencyBudget.isBeyond(mutation.time(), wallMs)) {
      keepAside(decision, Verdict.QUARANTINED, Reason.KEY_EXPIRED, message.toByteString());
    } else if (!keys.add(
        scope.get(), new First(mutation.id(), mutation.idempotencyHash(), wallMs))) {
      keepAside(decision, Verdict.QUARANTINED, Reason.KEYS_FULL, message.toByteString());
    } else {
      applyKeyed(it);
    }
  }

  /** A table that is full is no outcome of the content: the key stays free for a later attempt. */
  private void applyKeyed(Case it) {
    int before = keys.mark() - 1;
    apply(it);
    if (it.decision().getReason() == dev.tideline.wire.v1.Reason.TABLE_FULL) {
      keys.rollbackTo(before);
      return;
    }
    it.decision().setIdempotency(IdempotencyTable.message(it.mutation()));
  }

  /**
   * Of several that are cut in one millisecond the one decided later has the later time, as it
   * would if the moments differed: else two that come again together, after the hub was set back,
   * would be ordered by their edges, and who had won might lose.
   */
  private HybridTime clamp(HybridTime time, long wallMs) {
    var limit = HybridTime.ofMillis(wallMs + clockSkewMs);
    var cut = lastCut.millis() == limit.millis() ? lastCut.next() : limit;
    var taken = time;
    if (time.compareTo(cut) > 0) {
      lastCut = cut;
      taken = cut;
    }
    if (taken.compareTo(latest) > 0) {
      latest = taken;
    }
    return taken;
  }

  private void repeat(Case it, First first) {
    if (first.hash() != it.mutation().idempotencyHash()) {
      keepAside(
          it.decision(),
          Verdict.REJECTED,
          Reason.IDEMPOTENCY_KEY_REUSED,
          it.message().toByteString());
      return;
    }
    it.decision().setVerdict(Verdicts.encode(Verdict.DUPLICATE)).setFirst(Ids.encode(first.id()));
    var joined = new ArrayList<Touched>();
    for (var operation : it.mutation().operations()) {
      if (find(joined, operation.target()).isEmpty()) {
        var touched = touch(operation.target());
        joined.add(touched);
        var state = touched.rule().joinOrigin(touched.state, first.id(), it.mutation().id());
        state.ifPresent(touched::become);
      }
    }
    // Without room the duplicate does not join; who saw it merely counts as not having seen it.
    write(it, joined);
  }

  private void apply(Case it) {
    int superseded = 0;
    var operations = it.mutation().operations();
    var touched = new ArrayList<Touched>(operations.size());
    for (var operation : operations) {
      // A later operation of a mutation on the same key saw what the earlier ones made of it.
      var known = find(touched, operation.target());
      var at = known.orElseGet(() -> touch(operation.target()));
      if (known.isEmpty()) {
        touched.add(at);
      }
      var write =
          new Write(
              operation,
              known.isEmpty() ? it.context() : it.context().with(it.mutation().id()),
              it.time(),
              it.mutation().id(),
              it.revision());
      switch (at.rule().apply(at.state, write)) {
        case Outcome.Changed changed -> {
          at.become(changed.state());
          changed.clash().ifPresent(clash -> conflict(it, at, clash));
        }
        case Outcome.Unchanged unchanged -> {
          if (unchanged.verdict() == Verdict.REJECTED) {
            reject(it, unchanged.reason());
            return;
          }
          superseded++;
          unchanged.clash().ifPresent(clash -> conflict(it, at, clash));
        }
      }
    }
    int mark = table.mark();
    if (!write(it, touched)) {
      reject(it, Reason.TABLE_FULL);
    } else if (tooLarge(it.decision())) {
      table.rollbackTo(mark);
      reject(it, Reason.TOO_LARGE);
    } else {
      it.decision().setVerdict(Verdicts.encode(verdict(superseded, operations.size())));
    }
  }

  /** The changes are no larger than the mutation; what they replaced unseen may be. */
  private static boolean tooLarge(Decision.Builder decision) {
    if (decision.getConflictsCount() == 0) {
      return false;
    }
    long bytes = 0;
    for (var conflict : decision.getConflictsList()) {
      bytes += conflict.getSerializedSize();
    }
    for (var change : decision.getChangesList()) {
      bytes += change.size();
    }
    return bytes > SizeLimits.DECISION_BYTES_MAX - AROUND_BYTES_MAX;
  }

  private static Verdict verdict(int superseded, int operations) {
    if (superseded == 0) {
      return Verdict.APPLIED;
    }
    return superseded == operations ? Verdict.SUPERSEDED : Verdict.MERGED;
  }

  private void reject(Case it, Reason reason) {
    it.decision().clearConflicts().clearChanges();
    keepAside(it.decision(), Verdict.REJECTED, reason, it.message().toByteString());
  }

  private static void keepAside(
      Decision.Builder decision, Verdict verdict, Reason reason, ByteString received) {
    decision
        .setVerdict(Verdicts.encode(verdict))
        .setReason(Verdicts.encode(reason))
        .setQuarantined(received);
  }

  private static void conflict(Case it, Touched at, Outcome.Clash clash) {
    it.decision()
        .addConflicts(
            dev.tideline.wire.v1.Conflict.newBuilder()
                .setNamespace(at.target.namespace())
                .setKey(at.target.key().text())
                .setRule(ChangeCodec.encode(at.type))
                .setWinner(ChangeCodec.encode(clash.winner()))
                .setLoser(ChangeCodec.encode(clash.loser())));
  }

  /** Writes all keys or none. */
  private boolean write(Case it, List<Touched> touched) {
    int mark = table.mark();
    for (var at : touched) {
      if (at.changed && !table.write(at.target, at.before, new Entry(it.revision(), at.state))) {
        table.rollbackTo(mark);
        it.decision().clearChanges();
        return false;
      }
      if (at.changed) {
        it.decision().addChanges(at.change(it.revision(), it.message().getTraceContext()));
      }
    }
    return true;
  }

  private Touched touch(QualifiedKey target) {
    return new Touched(target, contracts.typeOf(target), table.read(target));
  }

  private static Optional<Touched> find(List<Touched> touched, QualifiedKey target) {
    for (var at : touched) {
      if (at.target.equals(target)) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  /** A key that the mutation in hand works on. */
  private static final class Touched {
    private final QualifiedKey target;
    private final DataType type;
    private final Entry before;
    private State state;
    private boolean changed;

    Touched(QualifiedKey target, DataType type, Entry before) {
      this.target = target;
      this.type = type;
      this.before = before;
      this.state = before.state();
    }

    MergeRule rule() {
      return MergeRule.of(type);
    }

    void become(State next) {
      state = next;
      changed = true;
    }

    ByteString change(long revision, ByteString traceContext) {
      var change = new Change(target, type, revision, before.changeRevision(), state);
      return ChangeCodec.encode(change, traceContext);
    }
  }
}
