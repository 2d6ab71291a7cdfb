package dev.tideline.edge.replica;

import dev.tideline.codec.MutationCodec;
import dev.tideline.codec.TokenCodec;
import dev.tideline.edge.cache.CacheEntry;
import dev.tideline.edge.replica.Proposal.Declined;
import dev.tideline.edge.replica.Proposal.Made;
import dev.tideline.model.Context;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.Reason;
import dev.tideline.model.State;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Judges the operations of one write together: a precondition that fails, or an operation that a
 * rule rejects, declines all of it. Changes nothing but the clock.
 */
final class WriteJudge {

  private final ReplicaState state;
  private final ReplicaLimits limits;

  WriteJudge(ReplicaState state, ReplicaLimits limits) {
    this.state = state;
    this.limits = limits;
  }

  /** Ends the judging of one write from within; it never leaves this class. */
  private static final class DeclinedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Declined declined;

    DeclinedException(ErrorCode code, String detail, String allowed) {
      super(detail, null, false, false);
      declined = new Declined(new Refusal(code, detail, allowed));
    }
  }

  /** Builds the mutation and predicts the views of its keys, or says why not. */
  Proposal judge(WriteIntent intent, long idempotencyHash, long wallMs) {
    try {
      return made(intent, idempotencyHash, wallMs);
    } catch (DeclinedException e) {
      return e.declined;
    }
  }

  private Made made(WriteIntent intent, long idempotencyHash, long wallMs) {
    var asked = intent.operations();
    int partition = state.partitionOf(asked.getFirst().target());
    var view = state.contextOf(partition, asked);
    var seen = seen(asked, partition, view, wallMs);
    // A mutation has one context. Of several operations it is the view's: every token was checked
    // to have seen all that the view holds, so that claims nothing that its client did not see.
    var context = asked.size() == 1 ? seen.getFirst() : view;
    var id = new MutationId(state.edge, state.incarnation(), state.lastSequence() + 1);
    var time = state.clock.next(wallMs);
    var standing = state.partition(partition).standing(context);
    var merge = new AtomicMerge(id, standing, time, state.cache::get, state::rule);
    var operations = new ArrayList<Operation>(asked.size());
    for (int i = 0; i < asked.size(); i++) {
      var operation = asked.get(i);
      var entry = merge.entry(operation.target());
      var saw = state.partition(partition).standing(seen.get(i));
      requireHolds(operation, entry.view(), merge.within(saw, operation.target()));
      var rejected = merge.merge(operation, entry);
      if (rejected.isPresent()) {
        throw rejected(operation, rejected.get());
      }
      operations.add(operation.havingSeen(entry.base().revision()));
    }
    long previous = state.partition(partition).lastSequence();
    var mutation =
        new Mutation(
            id,
            previous,
            operations.getFirst().target().key().zone(),
            operations,
            havingReplaced(merge.entries().values(), context, standing),
            time,
            "",
            intent.idempotencyKey(),
            idempotencyHash,
            intent.contractVersion(),
            intent.traceContext());
    requireFits(mutation);
    return new Made(mutation, partition, merge.entries());
  }

  /**
   * With the versions of other edges that it replaces in S, by their origins. While the history
   * stands R says the same; if the hub is ever set back, nobody but this mutation may know that it
   * saw them.
   *
   * @param standing the context in the words of the history that stands here
   */
  private Context havingReplaced(
      Collection<CacheEntry> entries, Context context, Context standing) {
    var more = context;
    for (var entry : entries) {
      var replaced = entry.base().written();
      if (replaced.isPresent()
          && !replaced.get().origin().edge().equals(state.edge)
          && standing.saw(replaced.get())
          && !more.sawOwn(replaced.get().origin())) {
        more = more.with(replaced.get().origin());
      }
    }
    return more;
  }

  private List<Context> seen(List<Operation> asked, int partition, Context view, long wallMs) {
    var seen = new ArrayList<Context>(asked.size());
    for (var operation : asked) {
      seen.add(seen(operation, partition, view, wallMs));
    }
    return seen;
  }

  /** What the writer of an operation saw: its token's context, else the view. */
  private Context seen(Operation operation, int partition, Context view, long wallMs) {
    if (!(operation.precondition() instanceof Precondition.Match match)) {
      return view;
    }
    VersionToken token;
    try {
      token = TokenCodec.decode(match.token());
    } catch (InvalidInputException e) {
      throw new DeclinedException(ErrorCode.TOKEN_INVALID, e.problem(), "send an ETag of a read");
    }
    if (token.time().millis() > wallMs + limits.clockSkewMaxMs()) {
      throw new DeclinedException(
          ErrorCode.TOKEN_INVALID, "the version token is from the future", "read again");
    }
    state.clock.observe(token.time());
    if (token.partition() != partition) {
      throw failed("the version token is of another zone than '%s'", operation);
    }
    // A token may be of before a fork: what another copy has made nobody saw here.
    var saw = token.context();
    return new Context(saw.seen(), state.forks.cut(partition, saw.own()));
  }

  private void requireHolds(Operation operation, State view, Context seen) {
    requireKnown(operation);
    switch (operation.precondition()) {
      case Precondition.None none -> {}
      case Precondition.Match match -> {
        if (!state.rule(operation.target()).seenBy(view, seen)) {
          throw failed("'%s' has changed since it was read", operation);
        }
      }
      case Precondition.Absent absent -> {
        if (!view.dead()) {
          throw failed("'%s' exists", operation);
        }
      }
      case Precondition.Present present -> {
        if (view.dead()) {
          throw failed("'%s' does not exist", operation);
        }
      }
    }
  }

  /** What a key holds that is not held here is not known here, so no condition can be judged. */
  private void requireKnown(Operation operation) {
    boolean asks = !(operation.precondition() instanceof Precondition.None);
    if (asks && !state.holds(operation.target())) {
      throw new DeclinedException(
          ErrorCode.OUT_OF_INTEREST,
          "the condition on '%s' cannot be judged: the key is not held here"
              .formatted(operation.target()),
          "write without the condition, or at an edge that holds the key");
    }
  }

  private static DeclinedException failed(String form, Operation operation) {
    return new DeclinedException(
        ErrorCode.PRECONDITION_FAILED,
        form.formatted(operation.target()),
        "read again and decide anew");
  }

  private static DeclinedException rejected(Operation operation, Reason reason) {
    var detail = "%s of '%s': %s".formatted(operation.kind().text(), operation.target(), reason);
    return new DeclinedException(
        ErrorCode.REJECTED, detail, "what the data type's rule takes; nothing was written");
  }

  /** One value alone always fits; several may not. */
  private static void requireFits(Mutation mutation) {
    if (mutation.operations().size() > 1) {
      int bytes = MutationCodec.encode(mutation).getSerializedSize();
      if (bytes > Mutation.BYTES_MAX) {
        throw new DeclinedException(
            ErrorCode.TOO_LARGE,
            "the operations take %d bytes together".formatted(bytes),
            "at most %d bytes".formatted(Mutation.BYTES_MAX));
      }
    }
  }
}
