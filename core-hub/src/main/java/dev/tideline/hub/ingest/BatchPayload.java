package dev.tideline.hub.ingest;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.tideline.model.SizeLimits;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.MutationBatch;
import dev.tideline.wire.v1.MutationList;
import dev.tideline.wire.v1.SentMutation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/** Opens a batch: limits, compression, checksum, count. */
final class BatchPayload {

  /** What a batch may add to its mutations: framing and age of each. */
  private static final int FRAMING_BYTES_MAX = SizeLimits.BATCH_MUTATIONS_MAX * 16;

  private BatchPayload() {}

  /** A batch is what it says, or it is not. */
  sealed interface Opened {
    record Mutations(List<SentMutation> mutations) implements Opened {}

    record Broken(Error error) implements Opened {}
  }

  static Opened open(MutationBatch batch) {
    int count = batch.getCount();
    long bytes = Integer.toUnsignedLong(batch.getPayloadBytes());
    if (count < 1 || count > SizeLimits.BATCH_MUTATIONS_MAX) {
      return malformed(
          "a batch of %d mutations: it has 1 to %d"
              .formatted(count, SizeLimits.BATCH_MUTATIONS_MAX));
    }
    long bytesMax =
        count == 1 ? SizeLimits.MESSAGE_BYTES_MAX : SizeLimits.BATCH_BYTES_MAX + FRAMING_BYTES_MAX;
    if (bytes > bytesMax) {
      return malformed(
          "a batch of %d mutations and %d bytes: it has at most %d"
              .formatted(count, bytes, bytesMax));
    }
    return switch (batch.getCodec()) {
      case NONE -> check(batch, batch.getPayload());
      case ZSTD -> decompress(batch, (int) bytes);
      case UNRECOGNIZED -> malformed("a batch of an unknown codec: NONE and ZSTD are known");
    };
  }

  private static Opened decompress(MutationBatch batch, int bytes) {
    var payload = new byte[bytes];
    try {
      var compressed = batch.getPayload().toByteArray();
      long size = Zstd.decompressByteArray(payload, 0, bytes, compressed, 0, compressed.length);
      return size == bytes
          ? check(batch, UnsafeByteOperations.unsafeWrap(payload))
          : corrupt("a batch's payload has %d bytes, not %d".formatted(size, bytes));
    } catch (ZstdException e) {
      return corrupt("a batch's payload does not decompress: " + e.getMessage());
    }
  }

  private static Opened check(MutationBatch batch, ByteString payload) {
    if (payload.size() != batch.getPayloadBytes()) {
      return corrupt(
          "a batch's payload has %d bytes, not %d"
              .formatted(payload.size(), batch.getPayloadBytes()));
    }
    var crc = new CRC32C();
    for (ByteBuffer part : payload.asReadOnlyByteBufferList()) {
      crc.update(part);
    }
    if ((int) crc.getValue() != batch.getCrc32C()) {
      return corrupt("a batch's payload does not match its checksum");
    }
    try {
      var mutations = MutationList.parseFrom(payload).getMutationsList();
      return mutations.size() == batch.getCount()
          ? new Opened.Mutations(mutations)
          : malformed(
              "a batch holds %d mutations, not %d".formatted(mutations.size(), batch.getCount()));
    } catch (InvalidProtocolBufferException e) {
      return malformed("a batch's payload is not a list of mutations: " + e.getMessage());
    }
  }

  private static Opened malformed(String text) {
    return new Opened.Broken(Errors.lasting(Error.Code.MALFORMED_FRAME, text));
  }

  private static Opened corrupt(String text) {
    return new Opened.Broken(Errors.retryable(Error.Code.CORRUPT, text));
  }
}
