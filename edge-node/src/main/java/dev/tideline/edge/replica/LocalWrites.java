package dev.tideline.edge.replica;

import dev.tideline.codec.MutationCodec;
import dev.tideline.codec.TokenCodec;
import dev.tideline.edge.replica.OwnKeys.Use;
import dev.tideline.edge.replica.Proposal.Declined;
import dev.tideline.edge.replica.Proposal.Made;
import dev.tideline.edge.replica.Proposal.Repeated;
import dev.tideline.model.Context;
import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.Receipt;
import dev.tideline.model.State;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * What a replica makes of its own writes: {@link #propose} judges and changes nothing, the journal
 * takes the mutation, {@link #merge} makes it visible.
 */
final class LocalWrites {

  private final ReplicaState state;
  private final ReplicaLimits limits;

  LocalWrites(ReplicaState state, ReplicaLimits limits) {
    this.state = state;
    this.limits = limits;
  }

  Proposal propose(WriteIntent intent, long wallMs) {
    var operation = intent.operation();
    long hash = 0;
    if (!intent.idempotencyKey().isEmpty()) {
      hash = MutationCodec.idempotencyHash(List.of(operation));
      var scope = new IdempotencyScope("", operation.target(), intent.idempotencyKey());
      var use = state.ownKeys.find(scope);
      if (use.isPresent()) {
        return repeated(use.get(), hash, intent.idempotencyKey());
      }
    }
    if (state.quarantined.contains(operation.target())) {
      // The cursor has passed a change that is not held: a write would claim to have seen it.
      return declined(
          ErrorCode.QUARANTINED,
          "a change of '%s' could not be applied here".formatted(operation.target()),
          "write at another edge; see the log of this one");
    }
    long keyHash = hash;
    return full(operation).orElseGet(() -> judge(intent, keyHash, wallMs));
  }

  private static Proposal repeated(Use use, long hash, String key) {
    return use.contentHash() == hash
        ? new Repeated(use.receipt())
        : declined(
            ErrorCode.IDEMPOTENCY_KEY_REUSED,
            "idempotency key '%s' was used with other content, receipt %s"
                .formatted(key, use.receipt()),
            "use one key for one request only");
  }

  private Optional<Proposal> full(Operation operation) {
    if (state.pending.count() >= limits.undecidedMax()
        || state.pending.bytes() >= limits.undecidedBytesMax()) {
      return Optional.of(
          declined(
              ErrorCode.NOT_ACCEPTED,
              "%d mutations with %d bytes wait for the hub"
                  .formatted(state.pending.count(), state.pending.bytes()),
              "retry when the hub is reachable; limits: %d mutations, %d bytes"
                  .formatted(limits.undecidedMax(), limits.undecidedBytesMax())));
    }
    if (!state.cache.hasRoom()
        && state.cache.get(operation.target()).view() instanceof State.Absent) {
      return Optional.of(
          declined(
              ErrorCode.TABLE_FULL,
              "the table is full",
              "restart with a larger table.entries-max"));
    }
    return Optional.empty();
  }

  private Proposal judge(WriteIntent intent, long hash, long wallMs) {
    var operation = intent.operation();
    var target = operation.target();
    int partition = state.partitionOf(target);
    var entry = state.cache.get(target);
    var context = state.contextOf(partition);
    if (operation.precondition() instanceof Precondition.Match match) {
      VersionToken token;
      try {
        token = TokenCodec.decode(match.token());
      } catch (InvalidInputException e) {
        return declined(ErrorCode.TOKEN_INVALID, e.problem(), "send an ETag of a read");
      }
      if (token.time().millis() > wallMs + limits.clockSkewMaxMs()) {
        return declined(
            ErrorCode.TOKEN_INVALID, "the version token is from the future", "read again");
      }
      context = token.context();
      state.clock.observe(token.time());
      if (token.partition() != partition || !state.rule(target).seenBy(entry.view(), context)) {
        return preconditionFailed("the key has changed since it was read");
      }
    } else if (operation.precondition() instanceof Precondition.Absent && !entry.view().dead()) {
      return preconditionFailed("the key exists");
    } else if (operation.precondition() instanceof Precondition.Present && entry.view().dead()) {
      return preconditionFailed("the key does not exist");
    }
    var seen = operation.havingSeen(entry.base().revision());
    return new Made(mutation(intent, seen, partition, context, hash, wallMs));
  }

  private Mutation mutation(
      WriteIntent intent,
      Operation operation,
      int partition,
      Context context,
      long hash,
      long wallMs) {
    var id = new MutationId(state.edge, state.incarnation(), state.lastSequence() + 1);
    var time = state.clock.next(wallMs);
    var operations = List.of(operation);
    return new Mutation(
        id,
        state.partition(partition).lastSequence(),
        operation.target().key().zone(),
        operations,
        context,
        time,
        MutationCodec.contentHash(id, time, operations),
        "",
        intent.idempotencyKey(),
        hash,
        intent.contract().version(),
        intent.traceContext());
  }

  /** Makes a journalled mutation visible; the receipt that it has. */
  Receipt merge(PendingMutation mutation) {
    var made = mutation.mutation();
    int partition = state.layout().orElseThrow().partitionOf(made.zone());
    state.partition(partition).madeLive(made.id().sequence());
    state.retained.put(made.id().incarnation(), made.id().sequence());
    var receipt = keep(mutation, partition);
    for (var operation : made.operations()) {
      var key = operation.target();
      var entry = state.cache.get(key);
      state.store(key, entry.withView(state.fold(entry.view(), key, mutation)));
    }
    state.noteOwnSeen();
    return receipt;
  }

  /** Takes in a mutation found in the journal; views are folded once all are known. */
  boolean recover(PendingMutation mutation) {
    var made = mutation.mutation();
    int partition = state.layout().orElseThrow().partitionOf(made.zone());
    state.retained.put(made.id().incarnation(), made.id().sequence());
    state.clock.observe(made.time());
    long included = state.partition(partition).included(made.id().incarnation());
    if (made.id().sequence() <= included) {
      noteKey(made, partition);
      return false;
    }
    keep(mutation, partition);
    return true;
  }

  private Receipt keep(PendingMutation mutation, int partition) {
    state.partition(partition).addPending(mutation);
    state.pending.add(mutation);
    return noteKey(mutation.mutation(), partition);
  }

  private Receipt noteKey(Mutation made, int partition) {
    var receipt = new Receipt(made.id(), partition);
    made.idempotencyScope()
        .ifPresent(scope -> state.noteKey(scope, new Use(made.idempotencyHash(), receipt)));
    return receipt;
  }

  private static Proposal preconditionFailed(String detail) {
    return declined(ErrorCode.PRECONDITION_FAILED, detail, "read again and decide anew");
  }

  private static Declined declined(ErrorCode code, String detail, String allowed) {
    return new Declined(new Refusal(code, detail, allowed));
  }
}
