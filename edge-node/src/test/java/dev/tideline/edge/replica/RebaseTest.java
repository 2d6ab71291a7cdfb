package dev.tideline.edge.replica;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.edge.cache.ViewCache;
import dev.tideline.edge.replica.NaiveWorld.Worth;
import dev.tideline.merge.MergeRule;
import dev.tideline.merge.Outcome;
import dev.tideline.merge.Write;
import dev.tideline.model.Catalog;
import dev.tideline.model.Change;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Key;
import dev.tideline.model.Layout;
import dev.tideline.model.Mutation;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.model.Verdict;
import dev.tideline.store.InMemoryTable;
import dev.tideline.store.TableConfig;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.OwnVerdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Two replicas, a hub that decides at random moments, batches of random size, restarts; after every
 * step each replica's view of every key equals what {@link NaiveWorld} computes from the history.
 */
class RebaseTest {

  private static final int SEEDS = 150;
  private static final int STEPS = 120;
  private static final Layout LAYOUT = new Layout(1);

  private static final NamespaceContract TEXTS =
      new NamespaceContract("texts", DataType.REGISTER, Durability.DISK, 1024, 1);
  private static final NamespaceContract SUMS =
      new NamespaceContract("sums", DataType.COUNTER, Durability.DISK, 1024, 1);
  private static final List<QualifiedKey> KEYS =
      List.of(key(TEXTS, "z/a"), key(TEXTS, "z/b"), key(SUMS, "z/c"), key(SUMS, "z/d"));

  /** Two of them overflow, so that mutations are rejected, and predictions turn out wrong. */
  private static final long HUGE = Long.MAX_VALUE / 2 + 1;

  @Test
  void theViewIsTheBaseAtTheCursorWithPendingMergedOnTop() {
    int rejections = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      rejections += run(seed);
    }
    assertThat(rejections).as("mutations that the hub rejected").isGreaterThan(SEEDS);
  }

  private static int run(int seed) {
    var random = new Random(seed);
    var world = new NaiveWorld();
    var hub = new Hub(world);
    var replicas = List.of(new Replica("a"), new Replica("b"));
    for (int step = 0; step < STEPS; step++) {
      var replica = replicas.get(random.nextInt(replicas.size()));
      switch (random.nextInt(7)) {
        case 0, 1, 2 -> replica.write(random, 1_000 + random.nextInt(50));
        case 3 -> replica.upload(hub, random.nextInt(4));
        case 4, 5 -> replica.download(hub, 1 + random.nextInt(5));
        default -> replica.restart(2 + step);
      }
      check(world, replica, "seed %d, step %d".formatted(seed, step));
    }
    for (var replica : replicas) {
      replica.upload(hub, Integer.MAX_VALUE);
    }
    for (var replica : replicas) {
      replica.download(hub, Integer.MAX_VALUE);
      check(world, replica, "seed %d, healed".formatted(seed));
      assertThat(replica.pending()).as("seed %d", seed).isEmpty();
    }
    return hub.rejections;
  }

  private static void check(NaiveWorld world, Replica replica, String where) {
    for (var key : KEYS) {
      var expected = world.worth(key, replica.cursor(), replica.pending());
      assertThat(worth(replica.core.views().read(0, key).state()))
          .as("%s, %s", where, key)
          .isEqualTo(expected);
    }
  }

  private static Worth worth(State state) {
    return switch (state) {
      case State.Register register when !register.dead() ->
          new Worth(Optional.of(register.version().value().toStringUtf8()));
      case State.Counter counter -> new Worth(Optional.of(Long.toString(counter.sum())));
      default -> Worth.NOTHING;
    };
  }

  private static QualifiedKey key(NamespaceContract contract, String text) {
    return new QualifiedKey(contract.name(), Key.of(text));
  }

  /** Decides with the product's rules and remembers the changes, as frames. */
  private static final class Hub {
    private final NaiveWorld world;
    private final Map<QualifiedKey, State> states = new HashMap<>();
    private final List<List<Change>> changes = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private int rejections;

    Hub(NaiveWorld world) {
      this.world = world;
    }

    void decide(Mutation mutation) {
      if (!world.decide(mutation)) {
        return;
      }
      var made = new LinkedHashMap<QualifiedKey, State>();
      var touched = new HashSet<QualifiedKey>();
      for (var operation : mutation.operations()) {
        var key = operation.target();
        var context =
            touched.add(key) ? mutation.context() : mutation.context().with(mutation.id());
        var write = new Write(operation, context, mutation.time(), mutation.id(), world.head());
        var state = made.getOrDefault(key, states.getOrDefault(key, State.ABSENT));
        var outcome = MergeRule.of(typeOf(key)).apply(state, write);
        if (outcome.verdict() == Verdict.REJECTED) {
          rejections++;
          verdicts.add(Verdict.REJECTED);
          changes.add(List.of());
          return;
        }
        if (outcome instanceof Outcome.Changed changed) {
          made.put(key, changed.state());
        }
      }
      states.putAll(made);
      verdicts.add(Verdict.APPLIED);
      changes.add(
          made.entrySet().stream()
              .map(each -> change(each.getKey(), world.head(), each.getValue()))
              .toList());
    }

    private static Change change(QualifiedKey key, long revision, State state) {
      return new Change(key, typeOf(key), revision, 0, state);
    }

    private static DataType typeOf(QualifiedKey key) {
      return key.namespace().equals("sums") ? DataType.COUNTER : DataType.REGISTER;
    }

    ChangeBatch batch(EdgeId edge, long from, long to) {
      var batch =
          ChangeBatch.newBuilder()
              .setPartition(0)
              .setTerm(1)
              .setFromRevision(from)
              .setToRevision(to);
      for (long revision = from; revision <= to; revision++) {
        changes
            .get((int) revision - 1)
            .forEach(change -> batch.addChanges(ChangeCodec.encode(change)));
        var id = world.at(revision).id();
        if (id.edge().equals(edge)) {
          batch.addIncluded(
              IncludedSequence.newBuilder()
                  .setIncarnation(id.incarnation())
                  .setSequence(id.sequence()));
          var verdict = verdicts.get((int) revision - 1);
          if (verdict != Verdict.APPLIED) {
            batch.addVerdicts(
                OwnVerdict.newBuilder()
                    .setIncarnation(id.incarnation())
                    .setSequence(id.sequence())
                    .setRevision(revision)
                    .setVerdict(dev.tideline.wire.v1.Verdict.valueOf(verdict.name())));
          }
        }
      }
      return batch.build();
    }
  }

  /** A replica with its two logs as lists. */
  private static final class Replica {
    private final EdgeId edge;
    private final List<Mutation> journal = new ArrayList<>();
    private final List<ChangeBatch> applyLog = new ArrayList<>();
    private ReplicaCore core;
    private int uploaded;

    Replica(String name) {
      edge = new EdgeId(name);
      core = begin(1);
    }

    private ReplicaCore begin(long incarnation) {
      var table = new InMemoryTable(TableConfig.DEFAULT);
      var limits = new ReplicaLimits(1_000, 1 << 20, 60_000);
      var made = new ReplicaCore(edge, new ViewCache(table), limits);
      made.learn(LAYOUT);
      made.learn(new Catalog(1, List.of(TEXTS, SUMS)));
      applyLog.forEach(batch -> made.apply(batch, made.read(batch)));
      for (int i = 0; i < journal.size(); i++) {
        made.recover(journal.get(i), i + 1, 100);
      }
      made.recovered();
      made.begin(incarnation, List.of());
      return made;
    }

    void restart(long incarnation) {
      core = begin(incarnation);
      uploaded = 0;
    }

    void write(Random random, long wallMs) {
      var operations = new ArrayList<Operation>();
      do {
        operations.add(operation(random));
      } while (random.nextBoolean());
      var intent = new WriteIntent(operations, 1, "", ByteString.EMPTY);
      if (core.propose(intent, wallMs) instanceof Proposal.Made made) {
        journal.add(made.mutation());
        core.merge(made, journal.size(), 100);
      }
    }

    private static Operation operation(Random random) {
      var key = KEYS.get(random.nextInt(KEYS.size()));
      if (key.namespace().equals("sums")) {
        long delta = random.nextInt(3) == 0 ? HUGE : random.nextInt(-9, 9);
        return new Operation.Add(key, random.nextBoolean() ? delta : -delta, Precondition.NONE, 0);
      }
      if (random.nextInt(4) == 0) {
        return new Operation.Delete(key, Precondition.NONE, 0);
      }
      var value = ByteString.copyFromUtf8("v" + random.nextInt(1_000));
      return new Operation.Put(key, value, "text/plain", Precondition.NONE, 0);
    }

    void upload(Hub hub, int count) {
      for (int i = 0; i < count && uploaded < journal.size(); i++) {
        hub.decide(journal.get(uploaded++));
      }
    }

    void download(Hub hub, int count) {
      long to = Math.min(hub.world.head(), cursor() + (long) count);
      if (to > cursor()) {
        var batch = hub.batch(edge, cursor() + 1, to);
        assertThat(core.continues(batch)).isTrue();
        applyLog.add(batch);
        core.apply(batch, core.read(batch));
      }
    }

    long cursor() {
      return core.progress().partitions().getFirst().cursor().revision();
    }

    List<Mutation> pending() {
      var included = core.progress().partitions().getFirst().included();
      return journal.stream()
          .filter(each -> each.id().sequence() > included.getOrDefault(each.id().incarnation(), 0L))
          .toList();
    }
  }
}
