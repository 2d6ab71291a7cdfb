package dev.tideline.drills.sim.load;

import dev.tideline.drills.sim.check.ClientAudit;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.Installation;
import dev.tideline.drills.sim.world.Dice;
import dev.tideline.drills.sim.world.Life;
import dev.tideline.drills.sim.world.World;
import dev.tideline.edge.watch.WatchScope;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One client at each edge that watches a zone: it comes, is slow at times, loses its connection and
 * comes back where it was. What it is told adds up to what the edge shows.
 */
final class Followers {

  /** What has been handed to the sender is sent within the moment; more moves meanwhile. */
  private static final int LOOKS_MAX = 5;

  private static final int LEAVES_PER_MILLE = 200;
  private static final int SLOW_PER_MILLE = 200;

  private final World world;
  private final Dice dice;
  private final ClientAudit audit;
  private final Map<EdgeMachine, Following> all = new HashMap<>();

  private final class Following {
    private final EdgeMachine edge;
    private final int zone;
    private final Follower follower;
    private Optional<Life> life = Optional.empty();

    Following(EdgeMachine edge, int zone) {
      this.edge = edge;
      this.zone = zone;
      follower = new Follower(world, this::halves);
    }

    WatchScope scope() {
      return new WatchScope(Set.of("players", "positions", "inventory"), "z" + zone + "/", true);
    }

    private void halves() {
      var pair = Clients.pair(zone);
      audit.followed(edge, pair, follower.value(pair.get(0)), follower.value(pair.get(1)));
    }
  }

  Followers(World world, Dice dice, ClientAudit audit) {
    this.world = world;
    this.dice = dice;
    this.audit = audit;
  }

  /** Somebody at an edge that answers does one thing. */
  void act(EdgeMachine edge, int zones) {
    var following = all.computeIfAbsent(edge, of -> new Following(edge, dice.below(zones)));
    var follower = following.follower;
    if (!following.life.equals(edge.life())) {
      following.life = edge.life();
      follower.cutOff();
    }
    if (!follower.follows()) {
      follower.slow(false);
      edge.watches().ifPresent(watches -> follower.follow(watches, following.scope()));
    } else if (dice.perMille(LEAVES_PER_MILLE)) {
      follower.leave();
    } else if (dice.perMille(SLOW_PER_MILLE)) {
      follower.slow(true);
    } else {
      follower.slow(false);
      look(following, 1);
    }
  }

  private void look(Following following, int times) {
    world.after(1, Installation.WORLD, "a follower looks", () -> compare(following, times));
  }

  private void compare(Following following, int times) {
    var edge = following.edge;
    boolean answers =
        edge.life().equals(following.life)
            && edge.life().filter(life -> !life.asleep()).isPresent()
            && following.follower.upToDate();
    if (!answers) {
      return;
    }
    boolean last = times == LOOKS_MAX;
    if (!audit.pictured(edge, "z" + following.zone, following.follower::value, last) && !last) {
      look(following, times + 1);
    }
  }
}
