package dev.tideline.hub.reconcile;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.wire.v1.Change;

/** Reads what a record of the change log frames as bytes. */
final class Records {

  private Records() {}

  static Change parseChange(ByteString bytes) {
    try {
      return Change.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a change in a checked record cannot be read", e);
    }
  }
}
