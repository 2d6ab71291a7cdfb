package dev.tideline.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.model.InvalidInputException;
import dev.tideline.wire.v1.Change;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.MutationList;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages that the wire brings: either they are refused as malformed, or what was read of them is
 * the same when it is written and read again. The corpus is the golden bytes.
 */
class MessagesFuzzTest {

  private interface Reading {
    void read() throws InvalidProtocolBufferException;
  }

  /** Any other exception is a fault. */
  private static void refusedOr(Reading reading) {
    try {
      reading.read();
    } catch (InvalidProtocolBufferException | InvalidInputException | UnknownFieldsException e) {
      // Refused.
    }
  }

  @MethodSource("mutations")
  @FuzzTest(maxDuration = "5m")
  void aMutationIsRefusedOrReadWhole(byte[] bytes) {
    refusedOr(
        () -> {
          var read = MutationCodec.decode(Mutation.parseFrom(bytes));
          assertThat(MutationCodec.decode(MutationCodec.encode(read))).isEqualTo(read);
        });
  }

  static Stream<byte[]> mutations() throws Exception {
    return golden(MutationList.getDefaultInstance())
        .flatMap(list -> list.getMutationsList().stream())
        .map(sent -> sent.getMutation().toByteArray());
  }

  @MethodSource("changes")
  @FuzzTest(maxDuration = "5m")
  void aChangeIsRefusedOrReadWhole(byte[] bytes) {
    refusedOr(() -> ChangeCodec.target(ByteString.copyFrom(bytes)));
    refusedOr(
        () -> {
          var read = ChangeCodec.decode(ByteString.copyFrom(bytes));
          assertThat(ChangeCodec.decode(ChangeCodec.encode(read))).isEqualTo(read);
        });
  }

  static Stream<byte[]> changes() throws Exception {
    return golden(Change.getDefaultInstance()).map(Change::toByteArray);
  }

  @MethodSource("edgeFrames")
  @FuzzTest(maxDuration = "5m")
  void whatAnEdgeSaysOfItselfIsRefusedOrReadWhole(byte[] bytes) {
    refusedOr(
        () -> {
          var frame = EdgeFrame.parseFrom(bytes);
          refusedOr(() -> Ids.decode(frame.getLocate().getId()));
          refusedOr(() -> CatalogCodec.decode(frame.getHello().getLayout()));
          var wanted = InterestCodec.decode(frame.getInterestUpdate().getAddList());
          assertThat(InterestCodec.decode(InterestCodec.encode(wanted.all()))).isEqualTo(wanted);
        });
  }

  static Stream<byte[]> edgeFrames() throws Exception {
    return golden(EdgeFrame.getDefaultInstance()).map(EdgeFrame::toByteArray);
  }

  @MethodSource("hubFrames")
  @FuzzTest(maxDuration = "5m")
  void whatTheHubTellsIsRefusedOrReadWhole(byte[] bytes) {
    refusedOr(
        () -> {
          var frame = HubFrame.parseFrom(bytes);
          refusedOr(() -> CatalogCodec.decode(frame.getWelcome().getLayout()));
          refusedOr(() -> Verdicts.decode(frame.getLocated().getVerdict()));
          refusedOr(() -> Verdicts.decode(frame.getLocated().getReason()));
          var catalog = CatalogCodec.decode(frame.getCatalogUpdate().getCatalog());
          var written = CatalogCodec.encode(catalog);
          assertThat(CatalogCodec.encode(CatalogCodec.decode(written))).isEqualTo(written);
        });
  }

  static Stream<byte[]> hubFrames() throws Exception {
    return golden(HubFrame.getDefaultInstance()).map(HubFrame::toByteArray);
  }

  private static <M extends com.google.protobuf.Message> Stream<M> golden(M prototype)
      throws Exception {
    var resource = MessagesFuzzTest.class.getResource("golden/EdgeFrame.txt");
    var directory = Path.of(Objects.requireNonNull(resource).toURI()).resolveSibling(".");
    var type = prototype.getDescriptorForType();
    @SuppressWarnings("unchecked")
    var parser = (com.google.protobuf.Parser<M>) prototype.getParserForType();
    var messages = Stream.<M>builder();
    for (var fixture : GoldenFixtures.read(directory, type).values()) {
      messages.add(parser.parseFrom(fixture.bytes()));
    }
    return messages.build();
  }
}
