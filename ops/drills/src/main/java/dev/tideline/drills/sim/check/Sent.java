package dev.tideline.drills.sim.check;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.model.Change;

/** Reads what the hub sends. */
final class Sent {

  private Sent() {}

  static Change change(ByteString bytes) {
    return ChangeCodec.decode(bytes);
  }
}
