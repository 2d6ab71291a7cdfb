package dev.tideline.edge;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.model.Change;
import dev.tideline.model.DataType;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.Layout;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.WatchRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** What tests of watches ask for, and what happens meanwhile. */
final class WatchCalls {

  private WatchCalls() {}

  static WatchRequest.Builder prefix(String text) {
    return WatchRequest.newBuilder()
        .addNamespaces("players")
        .addNamespaces("stock")
        .setPrefix(text);
  }

  static WatchRequest.Builder key(String text) {
    return WatchRequest.newBuilder().addNamespaces("players").setKey(text);
  }

  static QualifiedKey name(String key) {
    return new QualifiedKey("players", Key.of(key));
  }

  static Operation put(String key, String value) {
    var bytes = ByteString.copyFromUtf8(value);
    return new Operation.Put(name(key), bytes, "text/plain", Precondition.NONE, 0);
  }

  static Operation add(String key, long delta) {
    return new Operation.Add(new QualifiedKey("stock", Key.of(key)), delta, Precondition.NONE, 0);
  }

  static ByteString change(String key, long revision, String value) {
    var origins = List.of(new MutationId(new EdgeId("b"), 1, revision));
    var version =
        new Version(
            origins, revision, new HybridTime(1), "", ByteString.copyFromUtf8(value), false);
    var change = new Change(name(key), DataType.REGISTER, revision, 0, new State.Register(version));
    return ChangeCodec.encode(change);
  }

  static HubFrame changes(long revision, ByteString... changes) {
    return HubFrame.newBuilder()
        .setChangeBatch(
            ChangeBatch.newBuilder()
                .setPartition(new Layout(64).partitionOf("z1"))
                .setTerm(1)
                .setFromRevision(revision)
                .setToRevision(revision)
                .addAllChanges(List.of(changes)))
        .build();
  }

  static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }
}
