package dev.tideline.drills.sim.check;

import com.google.protobuf.ByteString;
import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.wire.v1.Value;
import java.util.List;

/** Of two keys that are always written together nobody sees one without the other. */
final class Atomicity implements Check {

  private final Findings findings;

  Atomicity(Findings findings) {
    this.findings = findings;
  }

  @Override
  public Invariant invariant() {
    return Invariant.ATOMICITY;
  }

  /** Two such keys were read together. */
  void together(EdgeMachine edge, List<QualifiedKey> keys, State one, State other) {
    findings.require(
        value(one).equals(value(other)),
        invariant(),
        "%s shows of %s halves that were not written together: %s, %s",
        edge.name(),
        keys,
        one,
        other);
  }

  /** A watcher holds this of two such keys behind an event. */
  void followed(EdgeMachine edge, List<QualifiedKey> keys, Value one, Value other) {
    findings.require(
        one.getBytes().equals(other.getBytes()),
        invariant(),
        "a watcher at %s was told of %s halves that were not written together: %s, %s",
        edge.name(),
        keys,
        one.getBytes().toStringUtf8(),
        other.getBytes().toStringUtf8());
  }

  private static ByteString value(State state) {
    return state instanceof State.Register(var version) ? version.value() : ByteString.EMPTY;
  }
}
