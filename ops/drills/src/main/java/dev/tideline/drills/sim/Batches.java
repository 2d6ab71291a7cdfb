package dev.tideline.drills.sim;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.MutationList;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** Batches of mutations as bugs would make them. */
final class Batches {

  private Batches() {}

  /** The frame with every mutation changed, if it is a batch of them. */
  static EdgeFrame change(EdgeFrame frame, Consumer<Mutation.Builder> instead) {
    if (!frame.hasMutationBatch()) {
      return frame;
    }
    try {
      var batch = frame.getMutationBatch().toBuilder();
      var list = MutationList.parseFrom(batch.getPayload()).toBuilder();
      list.getMutationsBuilderList().forEach(sent -> instead.accept(sent.getMutationBuilder()));
      var payload = list.build().toByteString();
      var crc = new CRC32C();
      crc.update(ByteBuffer.wrap(payload.toByteArray()));
      batch.setPayload(payload).setPayloadBytes(payload.size()).setCrc32C((int) crc.getValue());
      return frame.toBuilder().setMutationBatch(batch).build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a batch that an edge sends cannot be read", e);
    }
  }
}
