package dev.tideline.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.hub.testing.ManualLog;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.MutationBatch;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A hub that is sent frames of anybody's making: it answers, or ends the session with a named
 * error, never with a defect of its own; another edge goes on, and a restart finds the same.
 */
class SessionFuzzTest {

  private static final int FRAMES_MAX = 16;

  @FuzzTest(maxDuration = "5m")
  void framesOfAnyMakingEndNoMoreThanTheirSession(FuzzedDataProvider data) {
    var log = ManualLog.synced();
    var hub = new InMemoryHub(log);
    var edge = new ScriptedEdge("a", 1, 64);
    var link = hub.connect();
    if (data.consumeProbabilityDouble() < 0.9) {
      link.send(ScriptedEdge.frame(edge.hello()));
    }
    for (int i = 0; i < FRAMES_MAX && data.remainingBytes() > 0; i++) {
      frame(data, edge).ifPresent(link::send);
    }
    for (var frame : link.stream().frames) {
      var error = frame.hasRefused() ? frame.getRefused().getError() : frame.getError();
      assertThat(error.getText()).doesNotContain("defect");
    }

    var other = new ScriptedEdge("b", 1, 64);
    var heldBefore = hub.sum("z/k");
    var well = hub.connect(other.hello());
    well.send(ScriptedEdge.batch(other.write(ScriptedEdge.add("z/k", 1))));
    assertThat(hub.sum("z/k")).isEqualTo(heldBefore + 1);
    assertThat(new InMemoryHub(log.crashedAfter(log.lastPosition())).sum("z/k"))
        .isEqualTo(heldBefore + 1);
  }

  private static Optional<EdgeFrame> frame(FuzzedDataProvider data, ScriptedEdge edge) {
    try {
      return Optional.of(
          switch (data.consumeInt(0, 3)) {
            case 0 -> EdgeFrame.parseFrom(bytes(data));
            case 1 -> ScriptedEdge.frame(edge.hello().mergeFrom(Hello.parseFrom(bytes(data))));
            case 2 -> batch(data, edge);
            default -> ScriptedEdge.batch(mutation(data, edge));
          });
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(FuzzedDataProvider data) {
    return data.consumeBytes(data.consumeInt(0, 400));
  }

  /** What a later release, or a broken edge, may have made of a mutation. */
  private static Mutation mutation(FuzzedDataProvider data, ScriptedEdge edge)
      throws InvalidProtocolBufferException {
    var made =
        edge.write(
            ScriptedEdge.put("players", "z/k" + data.consumeInt(), data.consumeAsciiString(16)),
            ScriptedEdge.add("z/k", data.consumeLong()));
    return data.consumeBoolean()
        ? made.toBuilder().mergeFrom(Mutation.parseFrom(bytes(data))).setId(made.getId()).build()
        : made;
  }

  /** A payload of any bytes under the right checksum. */
  private static EdgeFrame batch(FuzzedDataProvider data, ScriptedEdge edge) {
    var payload = ByteString.copyFrom(bytes(data));
    var crc = new CRC32C();
    crc.update(payload.asReadOnlyByteBuffer());
    return EdgeFrame.newBuilder()
        .setMutationBatch(
            MutationBatch.newBuilder()
                .setIncarnation(edge.id(1).incarnation())
                .setFirstSequence(data.consumeLong(0, 3))
                .setCount(data.consumeInt(0, 3))
                .setPayload(payload)
                .setPayloadBytes(payload.size())
                .setCrc32C((int) crc.getValue())
                .setCodecValue(data.consumeInt(0, 2)))
        .build();
  }
}
