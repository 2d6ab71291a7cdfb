package dev.tideline.drills.sim.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.model.Change;

/** Reads what the hub sends. */
final class Sent {

  private Sent() {}

  static Change change(ByteString bytes) {
    try {
      return ChangeCodec.decode(dev.tideline.wire.v1.Change.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a change that the hub made cannot be read", e);
    }
  }
}
