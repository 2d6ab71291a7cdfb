package dev.tideline.drills.sim.node;

import dev.tideline.drills.sim.world.Dice;
import dev.tideline.drills.sim.world.Life;
import dev.tideline.drills.sim.world.Link;
import dev.tideline.drills.sim.world.World;
import dev.tideline.edge.EdgeConfig;
import dev.tideline.hub.HubConfig;
import dev.tideline.hub.checkpoint.CheckpointRules;
import dev.tideline.store.TableConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One hub and its edges, on machines of a world. */
public final class Installation {

  /** Of what happens to machines and is nobody's process. */
  public static final Life WORLD = Life.forever("world");

  private static final String HEARTBEAT_MS = "100";

  /** An edge that was away for a moment is that far behind. */
  private static final String CONFLATE_BEHIND_RECORDS = "40";

  /** A key or two. */
  private static final String SNAPSHOT_CHUNK_BYTES = "150";

  /** Long enough for an edge that is there, too short for one that is away. */
  private static final String HEAL_DEADLINE_MS = "1500";

  /** So many checkpoints later the hub's log is kept no longer for a slow reader. */
  private static final long PINNED_CHECKPOINTS = 3;

  private final World world;
  private final Dice dice;
  private final Shape shape;
  private final Host.Eyes eyes;
  private final HubMachine hub;
  private final List<EdgeMachine> edges = new ArrayList<>();
  private final Map<EdgeMachine, EdgeMachine> twins = new LinkedHashMap<>();

  /**
   * How large it is, and how much it keeps.
   *
   * @param interests of each edge, as in its settings
   * @param checkpointBytes of a log between checkpoints
   * @param retainedBytes of logs beyond need
   */
  public record Shape(
      int partitions,
      List<String> interests,
      long checkpointBytes,
      long retainedBytes,
      Limits limits) {}

  /**
   * Where nodes must refuse.
   *
   * @param hubKeysMax in the table of the hub
   * @param edgeKeysMax in the table of an edge
   * @param undecidedMax mutations of an edge that may wait for the hub
   */
  public record Limits(long hubKeysMax, long edgeKeysMax, int undecidedMax) {
    /** So wide that nobody reaches them. */
    public static final Limits WIDE = new Limits(100_000, 100_000, 100_000);
  }

  public Installation(World world, Dice dice, Shape shape, Witness witness, Sabotage sabotage) {
    this.world = world;
    this.dice = dice;
    this.shape = shape;
    eyes = new Host.Eyes(witness, sabotage);
    hub = new HubMachine(host("hub", shape.limits().hubKeysMax()), hubConfig());
    hub.whenGone(() -> edges.forEach(edge -> edge.link().hubGone()));
    for (int i = 0; i < shape.interests().size(); i++) {
      addEdge("e" + i, "e" + i, shape.interests().get(i));
    }
  }

  private <S> Host<S> host(String name, long keysMax) {
    return new Host<>(
        world, dice.split(), name, eyes, new TableConfig(keysMax, TableConfig.DEFAULT.bytesMax()));
  }

  private HubConfig hubConfig() {
    var given =
        Map.of(
            "partitions",
            Integer.toString(shape.partitions()),
            "heartbeat.interval-ms",
            HEARTBEAT_MS,
            "fanout.conflate-behind-records",
            CONFLATE_BEHIND_RECORDS,
            "snapshot.chunk-bytes",
            SNAPSHOT_CHUNK_BYTES,
            "heal.deadline-ms",
            HEAL_DEADLINE_MS);
    return HubConfig.read(given, Map.of())
        .withCheckpoints(
            new CheckpointRules(
                shape.checkpointBytes(),
                shape.retainedBytes(),
                Long.MAX_VALUE,
                PINNED_CHECKPOINTS * shape.checkpointBytes()));
  }

  private EdgeMachine addEdge(String machine, String id, String interest) {
    var given = new HashMap<String, String>();
    given.put("edge.id", id);
    given.put("data.dir", "/nowhere");
    given.put("interest", interest);
    int undecidedMax = eyes.sabotage().undecided(shape.limits().undecidedMax());
    given.put("undecided.mutations-max", Integer.toString(undecidedMax));
    var config =
        EdgeConfig.read(given, Map.of())
            .withCheckpoints(
                new dev.tideline.edge.replica.CheckpointRules(
                    shape.checkpointBytes(), shape.retainedBytes(), Long.MAX_VALUE));
    var link = new Link(world, dice.split(), machine, hub);
    var edge = new EdgeMachine(host(machine, shape.limits().edgeKeysMax()), config, link);
    edges.add(edge);
    return edge;
  }

  /** A second machine with what the disk of the first holds, or held, as one that was restored. */
  public EdgeMachine cloneOf(EdgeMachine first, EdgeMachine.Image disk) {
    var twin = addEdge(first.name() + "-copy", first.name(), "*");
    twin.replaceDisk(disk);
    twin.clock().distrust();
    twins.put(twin, first);
    return twin;
  }

  /** Whether it has a copy, or is one. */
  public boolean hasTwin(EdgeMachine edge) {
    return twins.containsKey(edge) || twins.containsValue(edge);
  }

  /** The copies. */
  public List<EdgeMachine> twins() {
    return List.copyOf(twins.keySet());
  }

  public EdgeMachine originalOf(EdgeMachine twin) {
    return Optional.ofNullable(twins.get(twin)).orElseThrow();
  }

  /** A machine is never used again. */
  public void retire(EdgeMachine edge) {
    twins.remove(edge);
    edges.remove(edge);
  }

  /** Where its nodes must refuse. */
  public Limits limits() {
    return shape.limits();
  }

  public HubMachine hub() {
    return hub;
  }

  public List<EdgeMachine> edges() {
    return edges;
  }
}
