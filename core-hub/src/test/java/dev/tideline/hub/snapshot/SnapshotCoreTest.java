package dev.tideline.hub.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.StateBytes;
import dev.tideline.codec.TableKeys;
import dev.tideline.hub.reconcile.CanonicalTable.Entry;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.Catalog;
import dev.tideline.model.Change;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Interest;
import dev.tideline.model.Interests;
import dev.tideline.model.Layout;
import dev.tideline.model.MutationId;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.store.Slice;
import dev.tideline.wire.v1.SnapshotChunk;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotCoreTest {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final Catalog CATALOG =
      new Catalog(
          1,
          List.of(
              new NamespaceContract("players", DataType.REGISTER, Durability.DISK, 1 << 20, 1)));
  private static final long START = 10;
  private static final QualifiedKey KEY = ScriptedEdge.target("players", "z/1");
  private static final QualifiedKey OTHER = ScriptedEdge.target("players", "z/2");

  /** What a key holds between two decisions. */
  private final Map<QualifiedKey, Entry> settled = new HashMap<>();

  private final SnapshotCore core = core(Interests.EVERYTHING);

  private SnapshotCore core(Interests scope) {
    return new SnapshotCore(
        new Layout(1),
        scope,
        CATALOG,
        new long[] {START},
        key -> settled.getOrDefault(key, new Entry(0, State.ABSENT)));
  }

  @Test
  void whatIsAtOrBelowTheStartIsSent() {
    meet(core, KEY, entry(START, "at"));
    meet(core, OTHER, entry(3, "below"));
    assertThat(values(core.take())).containsExactly("at", "below");
  }

  @Test
  void whatWasDecidedBehindTheStartIsLeftToTheStream() {
    settled.put(KEY, entry(START + 1, "newer"));
    meet(core, KEY, entry(START + 1, "newer"));
    assertThat(core.take()).isEmpty();
  }

  @Test
  void aKeyThatIsMetInAStepThatIsTakenBackIsSentAsItWas() {
    settled.put(KEY, entry(4, "as it was"));
    meet(core, KEY, entry(START + 1, "never decided"));
    assertThat(values(core.take())).containsExactly("as it was");
  }

  @Test
  void aKeyThatATakenBackStepWouldHaveMadeIsNotSent() {
    meet(core, KEY, entry(START + 1, "never decided"));
    assertThat(core.take()).isEmpty();
  }

  @Test
  void whatIsOutOfScopeIsNotSent() {
    var some = core(Interests.of(List.of(Interest.parse("key=players/z/2"))));
    meet(some, KEY, entry(1, "out"));
    meet(some, OTHER, entry(2, "in"));
    assertThat(values(some.take())).containsExactly("in");
  }

  @Test
  void aChunkOfTheLargestValuesFitsAMessage() {
    var large = "v".repeat(1 << 20);
    for (int i = 0; i < 8; i++) {
      meet(core, ScriptedEdge.target("players", "z/" + i), entry(i + 1, large));
    }
    assertThat(core.full(SnapshotCore.CHUNK_BYTES)).isTrue();
    var chunks = core.take();
    assertThat(values(chunks)).hasSize(8);
    assertThat(chunks)
        .allSatisfy(chunk -> assertThat(chunk.build().getSerializedSize()).isLessThan(4 << 20));
  }

  private static void meet(SnapshotCore core, QualifiedKey target, Entry entry) {
    var key = new Slice(64);
    TableKeys.write(target, key);
    var value = new Slice(64);
    value.resize(Long.BYTES);
    LONGS.set(value.array(), 0, entry.changeRevision());
    StateBytes.append(entry.state(), value);
    core.accept(key, value);
  }

  private static Entry entry(long revision, String value) {
    var origin = new MutationId(new EdgeId("a"), 1, revision);
    var bytes = ByteString.copyFromUtf8(value);
    var version =
        new Version(List.of(origin), revision, HybridTime.ofMillis(1), "text/plain", bytes, false);
    return new Entry(revision, new State.Register(version));
  }

  private static List<String> values(List<SnapshotChunk.Builder> chunks) {
    var values = new ArrayList<String>();
    for (var chunk : chunks) {
      for (var bytes : chunk.getChangesList()) {
        if (change(bytes).state() instanceof State.Register register) {
          values.add(register.version().value().toStringUtf8());
        }
      }
    }
    return values;
  }

  private static Change change(ByteString bytes) {
    return ChangeCodec.decode(bytes);
  }
}
