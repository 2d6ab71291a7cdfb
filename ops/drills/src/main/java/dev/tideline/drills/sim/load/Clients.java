package dev.tideline.drills.sim.load;

import dev.tideline.codec.TokenCodec;
import dev.tideline.drills.sim.check.ClientAudit;
import dev.tideline.drills.sim.model.Seen;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.Installation;
import dev.tideline.drills.sim.node.Sabotage;
import dev.tideline.drills.sim.world.Dice;
import dev.tideline.drills.sim.world.Sight;
import dev.tideline.drills.sim.world.World;
import dev.tideline.edge.EdgeStations;
import dev.tideline.edge.api.ReadDemand;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.edge.replica.ReplicaForks;
import dev.tideline.model.Durability;
import dev.tideline.model.Interest;
import dev.tideline.model.Key;
import dev.tideline.model.Layout;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** All clients: at every moment one of them does something at some edge. */
public final class Clients {

  private static final int ZONES = 2;
  private static final int KEYS = 2;
  private static final long PAUSE_MIN_US = 200;
  private static final long PAUSE_MAX_US = 9_000;

  /** What edges that do not want everything may want, for a while. */
  private static final List<String> INTERESTS =
      List.of(
          "zone=z0", "zone=z1", "namespace=inventory", "prefix=players/z1/", "namespace=positions");

  private final World world;
  private final Dice dice;
  private final Installation installation;
  private final ClientAudit audit;
  private final Layout layout;
  private final boolean tokensHeeded;
  private final boolean conditionsHeeded;
  private final RegisterLoad registers = new RegisterLoad();
  private final List<TypeLoad> types = List.of(registers, new CounterLoad());
  private final Memory memory = new Memory();
  private final Followers followers;
  private final Inquiries inquiries;
  private long idempotencyKeys;
  private boolean stopped;

  public Clients(
      World world,
      Dice dice,
      Installation installation,
      ClientAudit audit,
      Layout layout,
      Sabotage sabotage) {
    this.world = world;
    this.dice = dice;
    this.installation = installation;
    this.audit = audit;
    this.layout = layout;
    tokensHeeded = sabotage.heedsTokens();
    conditionsHeeded = sabotage.heedsConditions();
    followers = new Followers(world, dice.split(), audit);
    inquiries = new Inquiries(world, dice.split(), audit);
  }

  /** Begins. */
  public void start() {
    world.after(
        dice.skewed(PAUSE_MIN_US, PAUSE_MAX_US), Installation.WORLD, "a client comes", this::act);
  }

  /** The hub was set back: tokens of before may name what is gone. */
  public void forget() {
    memory.forgetTokens();
  }

  /** Nobody comes any more. */
  public void stop() {
    stopped = true;
  }

  /** All ask everywhere what became of their writes. */
  public void askAll() {
    inquiries.askAll(installation.edges());
  }

  /** Whether one of them waits for what it has asked. */
  public boolean anyUnanswered() {
    return inquiries.anyUnanswered();
  }

  /** Whether one of them has heard, since all asked, that nobody knows yet. */
  public boolean anyInconclusive() {
    return inquiries.anyInconclusive();
  }

  private void act() {
    if (stopped) {
      return;
    }
    start();
    var edge = dice.oneOf(installation.edges());
    boolean answers = edge.life().filter(life -> !life.asleep()).isPresent();
    if (!answers || !edge.stations().orElseThrow().gateway().catalog().known()) {
      return;
    }
    int what = dice.below(100);
    if (what < 60) {
      write(edge, request());
    } else if (what < 86) {
      read(edge);
    } else if (what < 89) {
      inquiries.act(edge);
    } else if (what < 94) {
      followers.act(edge, ZONES);
    } else if (what < 98) {
      readPair(edge);
    } else {
      interest(edge);
    }
  }

  private QualifiedKey key(TypeLoad type, int zone) {
    var namespace = dice.oneOf(type.namespaces());
    return new QualifiedKey(namespace, Key.of("z" + zone + "/k" + dice.skewed(0, KEYS - 1)));
  }

  /** Two keys that are only ever written together. */
  static List<QualifiedKey> pair(int zone) {
    return List.of(
        new QualifiedKey("players", Key.of("z" + zone + "/pair-a")),
        new QualifiedKey("players", Key.of("z" + zone + "/pair-b")));
  }

  private Intended request() {
    int zone = (int) dice.skewed(0, ZONES - 1);
    int what = dice.below(100);
    if (what < 10) {
      return repeated(zone);
    }
    if (what < 20) {
      return new Intended(WriteRequest.of(atomic(zone)));
    }
    if (what < 26) {
      var put = registers.put(pair(zone).get(0), Precondition.NONE);
      var twin =
          new Operation.Put(
              pair(zone).get(1), ((Operation.Put) put).value(), "text/plain", Precondition.NONE, 0);
      return new Intended(WriteRequest.of(List.of(put, twin)));
    }
    return single(zone, what < 40);
  }

  /**
   * A write.
   *
   * @param seen by its client, if that is not what its edge shows
   * @param demanded of the key of its first operation
   */
  private record Intended(WriteRequest request, Optional<Seen> seen, Precondition demanded) {
    Intended(WriteRequest request) {
      this(request, Optional.empty(), Precondition.NONE);
    }
  }

  private List<Operation> atomic(int zone) {
    var operations = new ArrayList<Operation>();
    int count = 2 + dice.below(3);
    for (int i = 0; i < count; i++) {
      var type = dice.oneOf(types);
      operations.add(type.operation(key(type, zone), Precondition.NONE, dice));
    }
    return operations;
  }

  private Intended single(int zone, boolean conditional) {
    var type = dice.oneOf(types);
    var key = key(type, zone);
    var token = conditional ? token() : Optional.<Memory.Token>empty();
    if (token.isPresent()) {
      var of = token.get();
      var match = new Precondition.Match(TokenCodec.encode(of.token()));
      var its = types.stream().filter(one -> one.namespaces().contains(of.key().namespace()));
      return demanding(its.findFirst().orElseThrow(), of.key(), match, Optional.of(of.seen()));
    }
    var precondition =
        conditional
            ? (dice.perMille(500) ? new Precondition.Absent() : new Precondition.Present())
            : Precondition.NONE;
    return demanding(type, key, precondition, Optional.empty());
  }

  private Intended demanding(
      TypeLoad type, QualifiedKey key, Precondition demanded, Optional<Seen> seen) {
    var sent = conditionsHeeded ? demanded : Precondition.NONE;
    return new Intended(WriteRequest.of(type.operation(key, sent, dice)), seen, demanded);
  }

  private Optional<Memory.Token> token() {
    return memory.token(dice).filter(of -> !audit.isAmbiguous(of.seen()));
  }

  private Intended repeated(int zone) {
    var earlier = memory.keyed(dice);
    if (earlier.isPresent() && dice.perMille(600)) {
      if (dice.perMille(800)) {
        return new Intended(earlier.get());
      }
      var first = earlier.get().operations().getFirst().target();
      var type =
          types.stream().filter(one -> one.namespaces().contains(first.namespace())).findFirst();
      var other = type.orElseThrow().operation(first, Precondition.NONE, dice);
      return new Intended(WriteRequest.of(other).withKey(earlier.get().idempotencyKey()));
    }
    var operations = dice.perMille(700) ? single(zone, false).request().operations() : atomic(zone);
    var request = WriteRequest.of(operations).withKey("key-" + ++idempotencyKeys);
    memory.keep(request);
    return new Intended(request);
  }

  private void write(EdgeMachine edge, Intended intended) {
    var stations = edge.stations().orElseThrow();
    var operations = intended.request().operations();
    int partition = layout.partitionOf(operations.getFirst().target().key().zone());
    var shown = operations.stream().map(one -> stations.gateway().read(one.target())).toList();
    for (int i = 0; i < shown.size(); i++) {
      audit.read(edge, operations.get(i).target(), shown.get(i));
    }
    boolean held = shown.stream().allMatch(ReadResult.Read.class::isInstance);
    var seen = intended.seen().orElseGet(() -> audit.seen(edge, partition, held));
    audit.writing(seen);
    var demanded =
        audit.demanded(
            edge, operations.getFirst().target(), intended.demanded(), seen, shown.getFirst());
    var request = withAck(intended.request());
    world.tell(edge.name(), "client writes " + describe(request));
    var _ =
        stations
            .gateway()
            .writeLater(request)
            .thenAccept(
                result -> {
                  demanded.accept(result);
                  answered(edge, stations, result);
                });
  }

  private WriteRequest withAck(WriteRequest request) {
    int what = dice.below(100);
    if (what < 5) {
      return request.withAck(Durability.HUB);
    }
    return what < 22 ? request.withAck(Durability.DISK) : request;
  }

  private static String describe(WriteRequest request) {
    var text = new StringBuilder();
    for (var operation : request.operations()) {
      text.append(operation.kind()).append(' ').append(operation.target()).append(' ');
    }
    return text.append(request.idempotencyKey()).toString();
  }

  private void answered(EdgeMachine edge, EdgeStations stations, WriteResult result) {
    switch (result) {
      case WriteResult.Acknowledged done -> {
        var id = done.receipt().id();
        world.tell(edge.name(), "acknowledges " + id + " as " + done.reached());
        audit.acknowledged(id, done.reached(), edge, installation.hub());
        done.verdict().ifPresent(verdict -> audit.verdict(edge, verdict));
        inquiries.keep(done.receipt(), audit.name(edge, id));
        if (done.reached() == Durability.DISK && dice.perMille(300)) {
          var _ =
              stations
                  .replica()
                  .verdict(done.receipt())
                  .thenAccept(
                      verdict -> {
                        audit.verdict(edge, verdict);
                        audit.acknowledged(id, Durability.HUB, edge, installation.hub());
                      });
        }
      }
      case WriteResult.Refused refused -> {
        world.tell(edge.name(), "refuses: " + refused.refusal().code());
        if (refused.refusal().code() == ErrorCode.NOT_ACCEPTED) {
          world.sight(edge.drive().full() ? Sight.DISK_FULL_AT_EDGE : Sight.BACKLOG_FULL);
        }
      }
      case WriteResult.Uncertain uncertain -> world.tell(edge.name(), "is uncertain");
    }
  }

  private void read(EdgeMachine edge) {
    var stations = edge.stations().orElseThrow();
    var gateway = stations.gateway();
    var token = token();
    if (token.isPresent() && dice.perMille(300)) {
      var of = token.get();
      var demand = new ReadDemand(OptionalLong.empty(), Optional.of(of.token()));
      var result = tokensHeeded ? gateway.read(of.key(), demand) : gateway.read(of.key());
      audit
          .read(edge, of.key(), result)
          .ifPresent(reading -> audit.roamed(edge, of.key(), of.seen(), reading));
      return;
    }
    var type = dice.oneOf(types);
    var key = key(type, (int) dice.skewed(0, ZONES - 1));
    audit
        .read(edge, key, gateway.read(key))
        .ifPresent(
            reading -> {
              int partition = layout.partitionOf(key.key().zone());
              var seen = named(audit.seen(edge, partition, true), stations.replica().forks());
              memory.keep(new Memory.Token(key, reading.token(), seen));
            });
  }

  /** What is being told apart from another copy's has no name that a token could say. */
  private static Seen named(Seen seen, ReplicaForks forks) {
    if (!forks.isUnfinished()) {
      return seen;
    }
    var own = new HashMap<>(seen.own());
    own.keySet().removeIf(source -> forks.isForked(source.given().incarnation()));
    return new Seen(seen.revision(), own, seen.but());
  }

  private void readPair(EdgeMachine edge) {
    int zone = dice.below(ZONES);
    var keys = pair(zone);
    var results = edge.stations().orElseThrow().gateway().readAll(keys);
    if (results.size() == 2
        && results.get(0) instanceof ReadResult.Read one
        && results.get(1) instanceof ReadResult.Read other) {
      audit.together(edge, keys, one.reading().state(), other.reading().state());
    }
  }

  private void interest(EdgeMachine edge) {
    var interests = edge.stations().orElseThrow().gateway().interests();
    if (interests.all().containsKey(Interest.EVERYTHING)) {
      return;
    }
    var chosen = Interest.parse(dice.oneOf(INTERESTS));
    if (interests.all().containsKey(chosen)) {
      world.tell(edge.name(), "wants no longer " + chosen);
      world.sight(Sight.INTEREST_REMOVED);
      interests.remove(chosen);
    } else {
      world.tell(edge.name(), "wants " + chosen);
      world.sight(Sight.INTEREST_ADDED);
      var _ = interests.add(chosen);
    }
  }
}
