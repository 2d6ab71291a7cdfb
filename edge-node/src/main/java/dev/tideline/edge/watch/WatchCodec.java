package dev.tideline.edge.watch;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ValueCodec;
import dev.tideline.edge.replica.Reading;
import dev.tideline.edge.replica.ViewMove;
import dev.tideline.edge.replica.ViewMove.Moved;
import dev.tideline.model.QualifiedKey;
import dev.tideline.wire.v1.KeyName;
import dev.tideline.wire.v1.Value;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchEvent;
import dev.tideline.wire.v1.WatchMark;
import dev.tideline.wire.v1.WatchStartOver;
import dev.tideline.wire.v1.WatchedValue;
import java.util.List;

/** What a watch sends, as messages. */
final class WatchCodec {

  private WatchCodec() {}

  static WatchedValue state(QualifiedKey key, Reading reading) {
    var value = ValueCodec.encode(reading.state(), reading.token(), reading.pendingLocal());
    return watched(key, value).build();
  }

  static WatchAnswer event(ViewMove move, List<Moved> keys, ByteString resume) {
    var event = WatchEvent.newBuilder();
    for (var moved : keys) {
      var value = ValueCodec.encode(moved.view(), move.token(moved), moved.pendingLocal());
      event.addValues(watched(moved.key(), value).setKind(kind(moved.kind())));
    }
    return WatchAnswer.newBuilder().setEvent(event).setResume(resume).build();
  }

  private static WatchedValue.Builder watched(QualifiedKey key, Value value) {
    return WatchedValue.newBuilder()
        .setKey(KeyName.newBuilder().setNamespace(key.namespace()).setKey(key.key().text()))
        .setValue(value);
  }

  private static WatchedValue.Kind kind(ViewMove.Kind kind) {
    return switch (kind) {
      case LOCAL -> WatchedValue.Kind.LOCAL;
      case COMMITTED -> WatchedValue.Kind.COMMITTED;
      case ROLLED_BACK -> WatchedValue.Kind.ROLLED_BACK;
    };
  }

  static WatchAnswer mark(ByteString resume) {
    return WatchAnswer.newBuilder()
        .setMark(WatchMark.getDefaultInstance())
        .setResume(resume)
        .build();
  }

  static WatchAnswer startOver(String reason) {
    return WatchAnswer.newBuilder()
        .setStartOver(WatchStartOver.newBuilder().setReason(reason))
        .build();
  }
}
