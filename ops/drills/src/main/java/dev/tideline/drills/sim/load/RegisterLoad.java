package dev.tideline.drills.sim.load;

import com.google.protobuf.ByteString;
import dev.tideline.drills.sim.world.Dice;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import java.util.List;

/** Puts, each with a value of its own, and some deletes. */
final class RegisterLoad implements TypeLoad {

  private static final int DELETES_PER_MILLE = 150;

  private long values;

  @Override
  public List<String> namespaces() {
    return List.of("players", "positions");
  }

  @Override
  public Operation operation(QualifiedKey key, Precondition precondition, Dice dice) {
    return dice.perMille(DELETES_PER_MILLE)
        ? new Operation.Delete(key, precondition, 0)
        : put(key, precondition);
  }

  Operation put(QualifiedKey key, Precondition precondition) {
    return new Operation.Put(
        key, ByteString.copyFromUtf8("v" + ++values), "text/plain", precondition, 0);
  }
}
