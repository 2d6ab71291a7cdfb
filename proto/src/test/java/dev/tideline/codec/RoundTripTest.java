package dev.tideline.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import dev.tideline.model.Catalog;
import dev.tideline.model.Change;
import dev.tideline.model.Context;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.Layout;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.Operation;
import dev.tideline.model.Position;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Reason;
import dev.tideline.model.State;
import dev.tideline.model.Verdict;
import dev.tideline.model.Version;
import dev.tideline.model.VersionToken;
import dev.tideline.model.XxHash64;
import dev.tideline.store.Slice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the model can say survives its bytes. */
class RoundTripTest {

  private static final int ROUNDS = 300;

  @Test
  void mutationsSurviveTheWire() throws Exception {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var mutation = mutation(new Random(seed));
      var bytes = MutationCodec.encode(mutation).toByteString();
      var read = MutationCodec.decode(dev.tideline.wire.v1.Mutation.parseFrom(bytes));
      assertThat(read).as("seed %d", seed).isEqualTo(mutation);
    }
  }

  @Test
  void changesSurviveTheWire() throws Exception {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var random = new Random(seed);
      var state = state(random);
      var type = state instanceof State.Counter ? DataType.COUNTER : DataType.REGISTER;
      var change = new Change(key(random), type, random.nextLong(1, 99), 3, state);
      var bytes = ChangeCodec.encode(change);
      assertThat(ChangeCodec.decode(bytes)).as("seed %d", seed).isEqualTo(change);
    }
  }

  @Test
  void mutationsAreWrittenAsProtobufWritesThem() throws Exception {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var written = MutationCodec.encode(mutation(new Random(seed))).toByteString();
      var record = MutationCodec.journalRecord(mutation(new Random(seed)));
      var parsed = dev.tideline.wire.v1.JournalRecord.parseFrom(record);
      assertThat(parsed.toByteString()).as("seed %d", seed).isEqualTo(record);
      assertThat(parsed.getMutation().toByteString()).isEqualTo(written);
    }
  }

  @Test
  void changesAreWrittenAsProtobufWritesThem() throws Exception {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var random = new Random(seed);
      var state = state(random);
      var type = state instanceof State.Counter ? DataType.COUNTER : DataType.REGISTER;
      var change = new Change(key(random), type, random.nextLong(1, 99), 3, state);
      var trace = ByteString.copyFrom(new byte[random.nextInt(27)]);
      var bytes = ChangeCodec.encode(change, trace);
      assertThat(dev.tideline.wire.v1.Change.parseFrom(bytes).toByteString())
          .as("seed %d", seed)
          .isEqualTo(bytes);
      var read = ChangeCodec.decodeTraced(bytes);
      assertThat(read.change()).isEqualTo(change);
      boolean versioned = !(state instanceof State.Absent);
      assertThat(read.traceContext()).isEqualTo(versioned ? trace : ByteString.EMPTY);
    }
  }

  /** By the builders of Protobuf, and not by the code under test. */
  @Test
  void theContentHashIsOverIdTimeAndOperations() throws Exception {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var message = MutationCodec.encode(mutation(new Random(seed)));
      var out = ByteString.newOutput();
      message.getId().writeTo(out);
      var coded = CodedOutputStream.newInstance(out);
      coded.writeFixed64(6, message.getHybridTime());
      for (var operation : message.getOperationsList()) {
        coded.writeMessage(4, operation);
      }
      coded.flush();
      assertThat(message.getContentHash())
          .as("seed %d", seed)
          .isEqualTo(XxHash64.hash(out.toByteString().toByteArray()));
    }
  }

  @Test
  void statesSurviveTheTable() {
    var slice = new Slice(16);
    for (int seed = 0; seed < ROUNDS; seed++) {
      var random = new Random(seed);
      var first = state(random);
      var second = seed % 3 == 0 ? State.ABSENT : state(random);
      slice.resize(0);
      StateBytes.append(first, slice);
      int at = slice.length();
      StateBytes.append(second, slice);
      assertThat(StateBytes.read(slice, 0)).as("seed %d", seed).isEqualTo(first);
      assertThat(StateBytes.read(slice, at)).as("seed %d", seed).isEqualTo(second);
    }
  }

  @Test
  void tableKeysAreReadBack() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var key = key(new Random(seed));
      var slice = new Slice(1);
      TableKeys.write(key, slice);
      assertThat(TableKeys.read(slice)).isEqualTo(key);
    }
  }

  @Test
  void tokensSurviveAsText() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var random = new Random(seed);
      var token = new VersionToken(random.nextInt(64), context(random), time(random));
      var text = TokenCodec.toText(TokenCodec.encode(token));
      assertThat(TokenCodec.decode(TokenCodec.fromText(text))).isEqualTo(token);
    }
    assertThatThrownBy(() -> TokenCodec.decode(TokenCodec.fromText("AAAA")))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> TokenCodec.fromText("no token!"))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void catalogAndLayoutSurvive() {
    var contract = new NamespaceContract("inventory", DataType.COUNTER, Durability.DISK, 65_536, 3);
    var read = CatalogCodec.decode(CatalogCodec.encode(new Catalog(3, List.of(contract))));
    assertThat(read.version()).isEqualTo(3);
    assertThat(read.find("inventory")).contains(contract);
    assertThat(CatalogCodec.decode(CatalogCodec.encode(new Layout(64)))).isEqualTo(new Layout(64));
  }

  @Test
  void verdictsAndReasonsHaveEachTheirNumber() {
    for (var verdict : Verdict.values()) {
      assertThat(Verdicts.decode(Verdicts.encode(verdict))).isEqualTo(verdict);
    }
    for (var reason : Reason.values()) {
      assertThat(Verdicts.decode(Verdicts.encode(reason))).isEqualTo(reason);
    }
  }

  @Test
  void unknownFieldsInsideAMutationAreNeverIgnored() {
    var field = UnknownFieldSet.Field.newBuilder().addVarint(1).build();
    var unknown = UnknownFieldSet.newBuilder().addField(999, field).build();
    var message = MutationCodec.encode(mutation(new Random(1)));
    var outer = message.toBuilder().setUnknownFields(unknown).build();
    var inner = message.toBuilder();
    inner.getOperationsBuilder(0).setUnknownFields(unknown);
    assertThatThrownBy(() -> MutationCodec.decode(outer))
        .isInstanceOf(UnknownFieldsException.class);
    assertThatThrownBy(() -> MutationCodec.decode(inner.build()))
        .isInstanceOf(UnknownFieldsException.class);
  }

  @Test
  void theContentHashTellsIdTimeAndOperationsApart() {
    var one = mutation(new Random(1));
    var otherId = new MutationId(one.id().edge(), one.id().incarnation() + 1, one.id().sequence());
    var other = new Operation.Add(one.operations().getFirst().target(), 1, Precondition.NONE, 0);
    var hashes = new HashSet<Long>();
    hashes.add(hash(one, one.id(), one.time(), one.operations()));
    hashes.add(hash(one, otherId, one.time(), one.operations()));
    hashes.add(hash(one, one.id(), HybridTime.ofMillis(1), one.operations()));
    hashes.add(hash(one, one.id(), one.time(), List.of(other)));
    assertThat(hashes).hasSize(4);
    assertThat(hash(one, one.id(), one.time(), one.operations())).isIn(hashes);
  }

  private static long hash(
      Mutation like, MutationId id, HybridTime time, List<Operation> operations) {
    var mutation =
        new Mutation(
            id,
            like.previousSequence(),
            like.zone(),
            operations,
            like.context(),
            time,
            "",
            "other",
            like.idempotencyHash() + 1,
            like.contractVersion() + 1,
            ByteString.EMPTY);
    return MutationCodec.encode(mutation).getContentHash();
  }

  @Test
  void theIdempotencyHashIsOverOperationsAndPreconditionsOnly() {
    var target = new QualifiedKey("n", Key.of("z"));
    var seenOne = new Operation.Add(target, 1, Precondition.NONE, 1);
    var seenTwo = new Operation.Add(target, 1, Precondition.NONE, 2);
    var conditional = new Operation.Add(target, 1, new Precondition.Present(), 1);
    long hash = MutationCodec.idempotencyHash(List.of(seenOne));
    assertThat(MutationCodec.idempotencyHash(List.of(seenTwo))).isEqualTo(hash);
    assertThat(MutationCodec.idempotencyHash(List.of(conditional))).isNotEqualTo(hash);
  }

  private static Mutation mutation(Random random) {
    var zone = "zone" + random.nextInt(9);
    var operations = new ArrayList<Operation>();
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      operations.add(operation(new QualifiedKey("ns", Key.of(zone + "/" + i)), random));
    }
    long sequence = random.nextLong(1, 1L << 40);
    return new Mutation(
        new MutationId(new EdgeId("e"), random.nextLong(), sequence),
        random.nextLong(sequence),
        zone,
        operations,
        context(random),
        time(random),
        "",
        random.nextBoolean() ? "" : "key-" + random.nextInt(),
        random.nextLong(),
        random.nextInt(5),
        bytes(random, random.nextBoolean() ? 26 : 0));
  }

  private static Operation operation(QualifiedKey target, Random random) {
    var precondition =
        switch (random.nextInt(4)) {
          case 0 -> new Precondition.Absent();
          case 1 -> new Precondition.Present();
          case 2 -> new Precondition.Match(bytes(random, 12));
          default -> Precondition.NONE;
        };
    return switch (random.nextInt(3)) {
      case 0 -> new Operation.Add(target, random.nextLong(), precondition, random.nextInt(9));
      case 1 -> new Operation.Delete(target, precondition, random.nextInt(9));
      default -> new Operation.Put(target, bytes(random, 40), "text/plain", precondition, 0);
    };
  }

  private static State state(Random random) {
    var origins = new ArrayList<MutationId>();
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      origins.add(new MutationId(new EdgeId("e" + i), random.nextLong(), random.nextInt(1 << 20)));
    }
    boolean counter = random.nextBoolean();
    boolean tombstone = !counter && random.nextInt(3) == 0;
    var version =
        new Version(
            origins,
            random.nextInt(99),
            time(random),
            counter || tombstone ? "" : "application/ü",
            counter || tombstone ? ByteString.EMPTY : bytes(random, random.nextInt(70)),
            tombstone);
    return counter
        ? new State.Counter(random.nextLong(), version, random.nextInt(9))
        : new State.Register(version);
  }

  private static Context context(Random random) {
    var own = new ArrayList<MutationId>();
    for (int i = 0; i < random.nextInt(3); i++) {
      own.add(new MutationId(new EdgeId("e"), random.nextLong(), random.nextInt(100)));
    }
    return new Context(new Position(random.nextLong(), random.nextInt(100)), own);
  }

  private static QualifiedKey key(Random random) {
    return new QualifiedKey("ns-" + random.nextInt(5), Key.of("z/ü" + random.nextInt(1000)));
  }

  private static HybridTime time(Random random) {
    return new HybridTime(random.nextLong());
  }

  private static ByteString bytes(Random random, int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}
