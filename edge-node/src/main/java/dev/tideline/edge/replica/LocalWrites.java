package dev.tideline.edge.replica;

import dev.tideline.codec.MutationCodec;
import dev.tideline.edge.replica.OwnKeys.Use;
import dev.tideline.edge.replica.Proposal.Declined;
import dev.tideline.edge.replica.Proposal.Made;
import dev.tideline.edge.replica.Proposal.Repeated;
import dev.tideline.edge.replica.ViewMove.Kind;
import dev.tideline.edge.replica.ViewMove.Moved;
import dev.tideline.model.HybridTime;
import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.Mutation;
import dev.tideline.model.Operation;
import dev.tideline.model.Receipt;
import dev.tideline.model.State;
import dev.tideline.model.Verdict;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a replica makes of its own writes: {@link #propose} judges and changes nothing, the journal
 * takes the mutation, {@link #merge} makes it visible.
 */
final class LocalWrites {

  private final ReplicaState state;
  private final ReplicaLimits limits;
  private final WriteJudge judge;
  private final Reissues reissues;

  LocalWrites(ReplicaState state, ReplicaLimits limits, Reissues reissues) {
    this.state = state;
    this.reissues = reissues;
    this.limits = limits;
    judge = new WriteJudge(state, limits);
  }

  Proposal propose(WriteIntent intent, long wallMs) {
    var operations = intent.operations();
    long hash = 0;
    if (!intent.idempotencyKey().isEmpty()) {
      hash = MutationCodec.idempotencyHash(operations);
      var scope = new IdempotencyScope("", operations.getFirst().target(), intent.idempotencyKey());
      var use = state.ownKeys.find(scope).filter(this::answers);
      if (use.isPresent()) {
        return repeated(use.get(), hash, intent.idempotencyKey());
      }
      if (state.ownKeys.isHubFull()) {
        return declined(
            ErrorCode.KEYS_FULL,
            "the hub has no place for further idempotency keys",
            "retry later, or write without a key");
      }
    }
    var refused = quarantined(operations).or(() -> full(operations));
    return refused.isPresent() ? refused.get() : judge.judge(intent, hash, wallMs);
  }

  /**
   * Whether a repetition is answered with the outcome of this use. Some verdicts leave the key
   * free, or say that another use was the first: then it is journalled once more, and the hub
   * decides. What came too late for the hub to tell stays the answer: it may have counted.
   */
  private boolean answers(Use use) {
    var told = state.exceptions.get(state.forks.follow(use.receipt()).id());
    if (told == null) {
      return true;
    }
    return switch (told.reason()) {
      case TABLE_FULL, IDEMPOTENCY_KEY_REUSED -> false;
      case KEY_EXPIRED -> true;
      default -> told.verdict() != Verdict.QUARANTINED;
    };
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

  private Optional<Proposal> quarantined(List<Operation> operations) {
    for (var operation : operations) {
      if (state.quarantined.containsKey(operation.target())) {
        // The cursor has passed a change that is not held: a write would claim to have seen it.
        return Optional.of(
            declined(
                ErrorCode.QUARANTINED,
                "a change of '%s' could not be applied here".formatted(operation.target()),
                "write at another edge; see the log of this one"));
      }
    }
    return Optional.empty();
  }

  private Optional<Proposal> full(List<Operation> operations) {
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
    boolean noKeyMore = !state.cache.hasRoom(operations.size());
    if ((noKeyMore && operations.stream().anyMatch(this::isNewKey))
        || !state.cache.hasRoomFor(valueBytes(operations))) {
      return Optional.of(
          declined(
              ErrorCode.TABLE_FULL,
              "the table is full",
              "restart with a larger table.entries-max or table.bytes-max"));
    }
    return Optional.empty();
  }

  private static long valueBytes(List<Operation> operations) {
    long bytes = 0;
    for (var operation : operations) {
      bytes += operation instanceof Operation.Put put ? put.value().size() : 0;
    }
    return bytes;
  }

  private boolean isNewKey(Operation operation) {
    return state.cache.get(operation.target()).view() instanceof State.Absent;
  }

  /** Makes a journalled mutation visible; the receipt that it has. */
  Receipt merge(Made proposed, long position, int bytes) {
    var made = proposed.mutation();
    int number = proposed.partition();
    var partition = state.partition(number);
    partition.madeLive(made.id().sequence());
    state.retained.put(made.id().incarnation(), made.id().sequence());
    var receipt = keep(new PendingMutation(made, position, bytes), number);
    partition.guard().toggleMoving();
    try {
      state.storeTogether(partition, proposed.entries());
      state.noteOwnSeen();
      tell(number, proposed);
    } finally {
      partition.guard().toggleMoving();
    }
    return receipt;
  }

  /** What the writer has seen who sees what its mutation made of the keys, once it is merged. */
  VersionToken token(Made merged) {
    var targets = merged.mutation().operations();
    var time = HybridTime.ZERO;
    for (var entry : merged.entries().values()) {
      var latest = entry.view().time();
      time = latest.compareTo(time) > 0 ? latest : time;
    }
    return new VersionToken(merged.partition(), state.contextOf(merged.partition(), targets), time);
  }

  private void tell(int partition, Made proposed) {
    if (state.listener().listens(partition)) {
      var moved = new ArrayList<Moved>(proposed.entries().size());
      proposed
          .entries()
          .forEach((key, entry) -> moved.add(new Moved(key, Kind.LOCAL, entry.view(), true)));
      state.listener().moved(new ViewMove(partition, state.contextOf(partition), moved));
    }
  }

  /** Takes in a mutation found in the journal; views are folded once all are known. */
  boolean recover(PendingMutation mutation) {
    var made = mutation.mutation();
    int partition = state.layout().orElseThrow().partitionOf(made.zone());
    state.retained.put(made.id().incarnation(), made.id().sequence());
    state.clock.observe(made.time());
    made.original().ifPresent(original -> reissues.recover(made, original, partition));
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
    // What is issued again has been noted as what it was made as, if it had a key.
    made.idempotencyScope()
        .filter(scope -> made.original().isEmpty())
        .ifPresent(scope -> state.noteKey(scope, new Use(made.idempotencyHash(), receipt)));
    return receipt;
  }

  private static Declined declined(ErrorCode code, String detail, String allowed) {
    return new Declined(new Refusal(code, detail, allowed));
  }
}
