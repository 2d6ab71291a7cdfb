package dev.tideline.drills.sim.load;

import dev.tideline.drills.sim.world.Dice;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import java.util.List;

/** Small additions, and some that bring the sum near the end of its range. */
final class CounterLoad implements TypeLoad {

  private static final int HUGE_PER_MILLE = 200;
  private static final long HUGE = Long.MAX_VALUE / 5 * 3;

  @Override
  public List<String> namespaces() {
    return List.of("inventory");
  }

  @Override
  public Operation operation(QualifiedKey key, Precondition precondition, Dice dice) {
    boolean huge = dice.perMille(HUGE_PER_MILLE);
    long delta = huge ? (dice.perMille(500) ? HUGE : -HUGE) : dice.between(-9, 9);
    return new Operation.Add(key, delta, precondition, 0);
  }
}
