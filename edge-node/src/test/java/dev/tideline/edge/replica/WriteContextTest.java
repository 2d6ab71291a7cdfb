package dev.tideline.edge.replica;

import static dev.tideline.edge.replica.TestedReplica.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.MutationCodec;
import dev.tideline.model.Change;
import dev.tideline.model.Context;
import dev.tideline.model.DataType;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.JournalRecord;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a write of this moment claims to have seen. */
class WriteContextTest {

  private static final MutationId OF_ANOTHER = new MutationId(new EdgeId("b"), 7, 3);

  private final TestedReplica logs = new TestedReplica();
  private final ReplicaDriver replica = logs.begun();

  @Test
  void itNamesWhoMadeTheVersionOfAnotherEdgeThatItReplaces() {
    apply("z/1", OF_ANOTHER);
    write(replica, "z/1");
    assertThat(context()).isEqualTo(new Context(new Position(1, 1), List.of(OF_ANOTHER)));
  }

  @Test
  void itNamesNobodyWhereItReplacesNothingOrWhatWasMadeHere() {
    var own = write(replica, "z/1");
    write(replica, "z/2");
    assertThat(context().own()).containsExactly(own.id());

    apply("z/1", own.id());
    write(replica, "z/1");
    assertThat(context().own()).allMatch(id -> id.edge().equals(own.id().edge()));
  }

  private void apply(String key, MutationId origin) {
    var version =
        new Version(
            List.of(origin), 1, HybridTime.ofMillis(1), "", ByteString.copyFromUtf8("v"), false);
    var target = new QualifiedKey(TestedReplica.TEXTS.name(), Key.of(key));
    var change = new Change(target, DataType.REGISTER, 1, 0, new State.Register(version));
    replica.apply(
        ChangeBatch.newBuilder()
            .setTerm(1)
            .setFromRevision(1)
            .setToRevision(1)
            .addChanges(ChangeCodec.encode(change))
            .build());
  }

  /** Of the last mutation in the journal. */
  private Context context() {
    var context = Context.NOTHING;
    try (var reader = logs.journalLog.read(1)) {
      while (reader.next()) {
        var record = JournalRecord.parseFrom(reader.record());
        if (record.hasMutation()) {
          context = MutationCodec.decode(record.getMutation()).context();
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return context;
  }
}
