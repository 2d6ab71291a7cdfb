package dev.tideline.drills.sim.load;

import dev.tideline.drills.sim.world.Dice;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import java.util.List;

/** What clients do to keys of one data type. */
interface TypeLoad {

  /** Namespaces of the type in the catalog of the distribution. */
  List<String> namespaces();

  /** One operation. */
  Operation operation(QualifiedKey key, Precondition precondition, Dice dice);
}
