package dev.tideline.merge;

import com.google.protobuf.ByteString;
import dev.tideline.merge.Outcome.Changed;
import dev.tideline.merge.Outcome.Clash;
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
 * One value. A write that saw the current version replaces it, whatever the clocks say. Of two that
 * had not seen each other the later hybrid time wins, then edge, incarnation and sequence, so that
 * the outcome does not depend on which arrived first.
 */
final class RegisterRule implements MergeRule {

  static final RegisterRule INSTANCE = new RegisterRule();

  private RegisterRule() {}

  @Override
  public Outcome apply(State state, Write write) {
    Version made;
    switch (write.operation()) {
      case Operation.Put put -> made = version(write, put.contentType(), put.value(), false);
      case Operation.Delete delete -> made = version(write, "", ByteString.EMPTY, true);
      case Operation.Add add -> {
        return wrongType();
      }
    }
    return switch (state) {
      case State.Absent absent -> applied(made, Optional.empty());
      case State.Register register -> against(register.version(), made, write.context());
      case State.Counter counter -> wrongType();
    };
  }

  private static Outcome against(Version current, Version made, Context context) {
    if (context.saw(current)) {
      return applied(made, Optional.empty());
    }
    return later(made, current)
        ? applied(made, Optional.of(new Clash(made, current)))
        : new Unchanged(Verdict.SUPERSEDED, Reason.NONE, Optional.of(new Clash(current, made)));
  }

  private static boolean later(Version one, Version other) {
    int byTime = one.time().compareTo(other.time());
    return byTime != 0 ? byTime > 0 : one.origin().compareTo(other.origin()) > 0;
  }

  private static Outcome applied(Version version, Optional<Clash> clash) {
    return new Changed(new State.Register(version), Verdict.APPLIED, clash);
  }

  private static Outcome wrongType() {
    return new Unchanged(Verdict.REJECTED, Reason.WRONG_TYPE, Optional.empty());
  }

  private static Version version(
      Write write, String contentType, ByteString value, boolean tombstone) {
    return new Version(
        List.of(write.id()), write.revision(), write.time(), contentType, value, tombstone);
  }

  @Override
  public boolean seenBy(State state, Context context) {
    return switch (state) {
      case State.Register register -> context.saw(register.version());
      case State.Absent absent -> true;
      case State.Counter counter -> false;
    };
  }

  @Override
  public Optional<State> joinOrigin(State state, MutationId first, MutationId duplicate) {
    return state instanceof State.Register(Version version)
            && version.origins().contains(first)
            && version.origins().size() < Version.ORIGINS_MAX
        ? Optional.of(new State.Register(version.joinedBy(duplicate)))
        : Optional.empty();
  }
}
