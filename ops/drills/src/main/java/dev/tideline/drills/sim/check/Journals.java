package dev.tideline.drills.sim.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.codec.MutationCodec;
import dev.tideline.drills.sim.world.LogFile;
import dev.tideline.model.Mutation;
import dev.tideline.wire.v1.JournalRecord;
import java.util.Optional;

/** Reads journals. */
final class Journals {

  private Journals() {}

  static Optional<Mutation> read(ByteString record) {
    try {
      var parsed = JournalRecord.parseFrom(record);
      return parsed.hasMutation()
          ? Optional.of(MutationCodec.decode(parsed.getMutation()))
          : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a journal that a node wrote cannot be read", e);
    }
  }

  /** Sees every mutation that is held. */
  interface Visitor {
    void mutation(long position, Mutation mutation);
  }

  static void read(LogFile journal, Visitor visitor) {
    for (long at = journal.first(); at <= journal.last(); at++) {
      long position = at;
      read(journal.record(at)).ifPresent(mutation -> visitor.mutation(position, mutation));
    }
  }
}
