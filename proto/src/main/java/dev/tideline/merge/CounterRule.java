package dev.tideline.merge;

import com.google.protobuf.ByteString;
import dev.tideline.merge.Outcome.Changed;
import dev.tideline.merge.Outcome.Unchanged;
import dev.tideline.model.Context;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Reason;
import dev.tideline.model.State;
import dev.tideline.model.Verdict;
import dev.tideline.model.Version;
import java.util.List;
import java.util.Optional;

/**
 * A sum of additions. Additions commute, so nothing is ever lost to concurrency; only one that
 * would leave 64 bits is rejected, and that depends on the order the hub decides in.
 */
final class CounterRule implements MergeRule {

  static final CounterRule INSTANCE = new CounterRule();

  private CounterRule() {}

  @Override
  public Outcome apply(State state, Write write) {
    if (!(write.operation() instanceof Operation.Add add)) {
      return rejected(Reason.WRONG_TYPE);
    }
    return switch (state) {
      case State.Absent absent -> added(add.delta(), write, 0);
      case State.Counter counter -> addedTo(counter, add.delta(), write);
      case State.Register register -> rejected(Reason.WRONG_TYPE);
    };
  }

  private static Outcome addedTo(State.Counter counter, long delta, Write write) {
    long sum = counter.sum() + delta;
    if (((counter.sum() ^ sum) & (delta ^ sum)) < 0) {
      return rejected(Reason.OVERFLOW);
    }
    var latest = counter.latest();
    boolean sameSource = latest.origin().sameIncarnation(write.id());
    long others = Math.max(counter.othersRevision(), sameSource ? 0 : latest.revision());
    return added(sum, write, others);
  }

  private static Outcome added(long sum, Write write, long othersRevision) {
    var latest =
        new Version(
            List.of(write.id()), write.revision(), write.time(), "", ByteString.EMPTY, false);
    return new Changed(
        new State.Counter(sum, latest, othersRevision), Verdict.APPLIED, Optional.empty());
  }

  private static Outcome rejected(Reason reason) {
    return new Unchanged(Verdict.REJECTED, reason, Optional.empty());
  }

  @Override
  public boolean seenBy(State state, Context context) {
    return switch (state) {
      case State.Counter counter -> seen(counter, context.seen().revision(), context);
      case State.Absent absent -> true;
      case State.Register register -> false;
    };
  }

  private static boolean seen(State.Counter counter, long revision, Context context) {
    var latest = counter.latest();
    return (latest.decided() && latest.revision() <= revision)
        || (context.saw(latest) && counter.othersRevision() <= revision);
  }

  @Override
  public Optional<State> joinOrigin(State state, MutationId first, MutationId duplicate) {
    return state instanceof State.Counter(long sum, Version latest, long others)
            && latest.origins().contains(first)
            && latest.origins().size() < Version.ORIGINS_MAX
        ? Optional.of(new State.Counter(sum, latest.joinedBy(duplicate), others))
        : Optional.empty();
  }
}
