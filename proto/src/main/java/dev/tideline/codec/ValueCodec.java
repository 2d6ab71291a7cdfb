package dev.tideline.codec;

import dev.tideline.model.State;
import dev.tideline.model.VersionToken;
import dev.tideline.wire.v1.Value;

/** What a key holds, as clients see it. */
public final class ValueCodec {

  private ValueCodec() {}

  /**
   * A key's view; a dead one holds nothing and has a version all the same.
   *
   * @param pendingLocal whether writes are in it that the hub has not decided
   */
  public static Value encode(State state, VersionToken token, boolean pendingLocal) {
    var value =
        Value.newBuilder().setVersion(TokenCodec.encode(token)).setPendingLocal(pendingLocal);
    switch (state) {
      case State.Register register when !register.dead() ->
          value
              .setBytes(register.version().value())
              .setContentType(register.version().contentType());
      case State.Counter counter -> value.setCounter(counter.sum());
      case State.Register tombstone -> {}
      case State.Absent absent -> {}
    }
    return value.build();
  }
}
