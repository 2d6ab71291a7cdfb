package dev.tideline.store;

import dev.tideline.drills.sim.world.Dice;
import dev.tideline.drills.sim.world.Drive;
import dev.tideline.drills.sim.world.Life;
import dev.tideline.drills.sim.world.LogFile;
import dev.tideline.drills.sim.world.SimLog;
import dev.tideline.drills.sim.world.Tamper;
import dev.tideline.drills.sim.world.Trace;
import dev.tideline.drills.sim.world.World;

/** The disk of the simulation keeps what every log promises; a simulation has one thread. */
final class SimLogTest extends RecordLogContract {

  private final World world = new World(new Trace(0));
  private final LogFile file = new LogFile();

  @Override
  RecordLog open() {
    var place =
        new SimLog.Place(world, Life.forever("test"), file, new Drive(), new Dice(1), Tamper.NONE);
    return new SimLog(place, (position, record) -> {});
  }

  @Override
  void letSyncHappen(RecordLog log) {
    while (world.step()) {
      // Until nothing waits any more.
    }
  }
}
