package dev.tideline.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.tideline.wire.v1.ApplyRecord;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.JournalRecord;
import dev.tideline.wire.v1.MutationList;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotRequest;
import dev.tideline.wire.v1.VersionToken;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record on disk and every frame on the stream, each of its kinds, with fields at random. */
class FramesRoundTripTest {

  private static final int ROUNDS = 50;
  private static final int DEPTH_MAX = 6;

  static List<Message> roots() {
    return List.of(
        JournalRecord.getDefaultInstance(),
        ApplyRecord.getDefaultInstance(),
        ChangeLogRecord.getDefaultInstance(),
        EdgeFrame.getDefaultInstance(),
        HubFrame.getDefaultInstance(),
        MutationList.getDefaultInstance(),
        SnapshotRequest.getDefaultInstance(),
        SnapshotFrame.getDefaultInstance(),
        VersionToken.getDefaultInstance());
  }

  @ParameterizedTest
  @MethodSource("roots")
  void everyKindOfRecordAndFrameSurvivesItsBytes(Message root) throws Exception {
    var descriptor = root.getDescriptorForType();
    for (var field : descriptor.getFields()) {
      for (int seed = 0; seed < ROUNDS; seed++) {
        var random = new Random(seed);
        var message = root.newBuilderForType();
        set(message, field, random, 0);
        var built = message.build();
        var read = root.getParserForType().parseFrom(built.toByteString());
        assertThat(read).as("%s, seed %d", field.getFullName(), seed).isEqualTo(built);
        assertThat(built.toByteString()).as(field.getFullName()).isEqualTo(read.toByteString());
      }
    }
  }

  private static void set(Message.Builder to, FieldDescriptor field, Random random, int depth) {
    if (field.isRepeated()) {
      for (int i = 0; i <= random.nextInt(3); i++) {
        to.addRepeatedField(field, value(field, random, depth));
      }
    } else {
      to.setField(field, value(field, random, depth));
    }
  }

  private static Object value(FieldDescriptor field, Random random, int depth) {
    return switch (field.getJavaType()) {
      case INT -> random.nextInt();
      case LONG -> random.nextLong();
      case BOOLEAN -> random.nextBoolean();
      case FLOAT -> random.nextFloat();
      case DOUBLE -> random.nextDouble();
      case STRING -> "ü" + random.nextInt();
      case BYTE_STRING -> ByteString.copyFromUtf8("b" + random.nextInt());
      case ENUM -> {
        var values = field.getEnumType().getValues();
        yield values.get(random.nextInt(values.size()));
      }
      case MESSAGE -> message(field.getMessageType(), random, depth + 1);
    };
  }

  private static Message message(Descriptor type, Random random, int depth) {
    var builder = DynamicMessage.newBuilder(type);
    for (var field : type.getFields()) {
      if (depth < DEPTH_MAX && random.nextInt(4) > 0) {
        set(builder, field, random, depth);
      }
    }
    return builder.build();
  }
}
