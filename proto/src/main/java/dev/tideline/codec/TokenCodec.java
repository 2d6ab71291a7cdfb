package dev.tideline.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.model.Context;
import dev.tideline.model.HybridTime;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Layout;
import dev.tideline.model.VersionToken;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Version tokens as bytes, and as the text of an entity tag. */
public final class TokenCodec {

  private TokenCodec() {}

  public static ByteString encode(VersionToken token) {
    return dev.tideline.wire.v1.VersionToken.newBuilder()
        .setPartition(token.partition())
        .setContext(Ids.encode(token.context()))
        .setHybridTime(token.time().bits())
        .build()
        .toByteString();
  }

  /**
   * Reads a token.
   *
   * @throws InvalidInputException if the bytes are none
   */
  public static VersionToken decode(ByteString bytes) {
    try {
      var message = dev.tideline.wire.v1.VersionToken.parseFrom(bytes);
      if (!message.hasContext() || !message.getUnknownFields().asMap().isEmpty()) {
        throw new InvalidInputException("this is not a version token");
      }
      if (Integer.compareUnsigned(message.getPartition(), Layout.PARTITIONS_MAX) >= 0) {
        throw new InvalidInputException("this is a version token of a partition that cannot be");
      }
      Context context = Ids.decode(message.getContext());
      return new VersionToken(
          message.getPartition(), context, new HybridTime(message.getHybridTime()));
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException("this is not a version token");
    }
  }

  /** The token as text for an entity tag, without quotes. */
  public static String toText(ByteString token) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token.toByteArray());
  }

  /**
   * Reads the text of an entity tag.
   *
   * @throws InvalidInputException if it is not one of ours
   */
  public static ByteString fromText(String text) {
    try {
      var bytes = Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
      return ByteString.copyFrom(bytes);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("'%s' is not a version token".formatted(text));
    }
  }
}
