package dev.tideline.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.tideline.wire.v1.Change;
import dev.tideline.wire.v1.ReplicationOuterClass;
import dev.tideline.wire.v1.Storage;
import dev.tideline.wire.v1.Types;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Bytes of every message that is sent or stored, as some release wrote them: {@code
 * golden/<message>.txt} has a block for each case of the message's own choice (or one, if it has
 * none), with the bytes in hexadecimal and what they mean in Protobuf's text format.
 *
 * <p>Where a message has got a field since, another block of the same case follows with a number
 * behind its name. Blocks are only ever added. {@link #main} writes those that are missing; look at
 * them before they are committed. A block that exists is what is on somebody's disk.
 */
final class GoldenFixtures {

  static final Path DIRECTORY = Path.of("src/test/resources/dev/tideline/codec/golden");

  private static final List<FileDescriptor> FILES =
      List.of(
          Types.getDescriptor(), ReplicationOuterClass.getDescriptor(), Storage.getDescriptor());

  private GoldenFixtures() {}

  /** One block. */
  record Fixture(String message, String kind, ByteString bytes, String text) {}

  /**
   * Every message of the three files that no other message holds: it is sent or stored itself. A
   * change is both: it lies in records as bytes.
   */
  static List<Descriptor> roots() {
    var held = new HashSet<String>();
    for (var file : FILES) {
      for (var type : file.getMessageTypes()) {
        collectHeld(type, held);
      }
    }
    return FILES.stream()
        .flatMap(file -> file.getMessageTypes().stream())
        .filter(type -> !held.contains(type.getFullName()) || type == Change.getDescriptor())
        .toList();
  }

  private static void collectHeld(Descriptor type, Set<String> held) {
    for (var field : type.getFields()) {
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        held.add(field.getMessageType().getFullName());
      }
    }
    type.getNestedTypes().forEach(nested -> collectHeld(nested, held));
  }

  /** The cases of which each needs a block. */
  static List<String> kinds(Descriptor root) {
    return root.getOneofs().isEmpty()
        ? List.of("message")
        : root.getOneofs().getFirst().getFields().stream().map(FieldDescriptor::getName).toList();
  }

  static Message prototype(Descriptor type) {
    try {
      return Internal.getDefaultInstance(
          Class.forName("dev.tideline.wire.v1." + type.getName()).asSubclass(Message.class));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** The blocks there are of a message, by kind. */
  static Map<String, Fixture> read(Path directory, Descriptor root) throws IOException {
    var fixtures = new LinkedHashMap<String, Fixture>();
    var file = directory.resolve(root.getName() + ".txt");
    if (!Files.exists(file)) {
      return fixtures;
    }
    for (var block : Files.readString(file).split("(?m)^== ", -1)) {
      if (!block.isEmpty()) {
        var kind = block.substring(0, block.indexOf('\n'));
        var rest = block.substring(kind.length() + 1);
        int textAt = rest.indexOf("--\n");
        var hex = rest.substring(0, textAt).replace("\n", "");
        var bytes = ByteString.copyFrom(HexFormat.of().parseHex(hex));
        fixtures.put(kind, new Fixture(root.getName(), kind, bytes, rest.substring(textAt + 3)));
      }
    }
    return fixtures;
  }

  /** Writes the blocks that are missing into the directory given, from the module's own. */
  public static void main(String[] args) throws IOException {
    var directory = args.length > 0 ? Path.of(args[0]) : DIRECTORY;
    Files.createDirectories(directory);
    var filler = new Filler();
    for (var root : roots()) {
      var there = read(directory, root);
      for (var kind : kinds(root)) {
        if (!there.containsKey(kind)) {
          append(directory, root.getName(), kind, filler.fill(root, kind));
        }
      }
    }
    for (var root : roots()) {
      for (var kind : kinds(root)) {
        var more = filler.fill(root, kind);
        var fields = new TreeSet<String>();
        collectSet(more, fields);
        if (!Collections.disjoint(fields, missing(directory))) {
          int number = 2;
          while (read(directory, root).containsKey(kind + "." + number)) {
            number++;
          }
          append(directory, root.getName(), kind + "." + number, more);
        }
      }
    }
  }

  /** The case of which a block is one. */
  static String withoutNumber(String kind) {
    return kind.replaceAll("\\.[0-9]+$", "");
  }

  /** Fields that no block has. */
  static Set<String> missing(Path directory) throws IOException {
    var missing = new TreeSet<String>();
    var set = new TreeSet<String>();
    for (var root : roots()) {
      collectFields(root, missing, new HashSet<>());
      for (var fixture : read(directory, root).values()) {
        collectSet(prototype(root).getParserForType().parseFrom(fixture.bytes()), set);
      }
    }
    missing.removeAll(set);
    return missing;
  }

  private static void collectFields(Descriptor type, Set<String> fields, Set<String> visited) {
    if (visited.add(type.getFullName())) {
      for (var field : type.getFields()) {
        fields.add(field.getFullName());
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
          collectFields(field.getMessageType(), fields, visited);
        }
      }
    }
  }

  private static void collectSet(Message message, Set<String> fields) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              fields.add(field.getFullName());
              for (var element : field.isRepeated() ? (List<?>) value : List.of(value)) {
                if (element instanceof Message nested) {
                  collectSet(nested, fields);
                }
              }
            });
  }

  private static void append(Path directory, String name, String kind, Message message)
      throws IOException {
    var hex = HexFormat.of().formatHex(message.toByteArray()).replaceAll("(.{96})", "$1\n");
    var block =
        "== %s\n%s\n--\n%s"
            .formatted(kind, hex.strip(), TextFormat.printer().printToString(message));
    var file = directory.resolve(name + ".txt");
    Files.writeString(file, (Files.exists(file) ? Files.readString(file) : "") + block);
  }

  /** Sets every field; of a choice, one after the other as it is met again. */
  private static final class Filler {
    private static final int DEPTH_MAX = 6;

    private final Map<String, Integer> met = new LinkedHashMap<>();
    private int next = 1;

    Message fill(Descriptor root, String kind) {
      var builder = prototype(root).newBuilderForType();
      for (var field : root.getFields()) {
        boolean chosen = field.getContainingOneof() == null || field.getName().equals(kind);
        if (chosen) {
          set(builder, field, 0);
        }
      }
      return builder.build();
    }

    private void set(Message.Builder builder, FieldDescriptor field, int depth) {
      if (!field.isRepeated()) {
        builder.setField(field, value(builder, field, depth));
        return;
      }
      for (int i = 0; i < elements(field); i++) {
        builder.addRepeatedField(field, value(builder, field, depth));
      }
    }

    /** So many that each case of a choice in an element, or right beneath it, has its turn. */
    private static int elements(FieldDescriptor field) {
      return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
          ? Math.max(1, cases(field.getMessageType(), 1))
          : 2;
    }

    private static int cases(Descriptor type, int levels) {
      int most = 0;
      for (var choice : type.getOneofs()) {
        most = Math.max(most, choice.getFieldCount());
      }
      for (var field : type.getFields()) {
        if (levels > 0 && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
          most = Math.max(most, cases(field.getMessageType(), levels - 1));
        }
      }
      return most;
    }

    private Object value(Message.Builder builder, FieldDescriptor field, int depth) {
      int number = next++;
      return switch (field.getJavaType()) {
        case INT -> number;
        case LONG -> number + (field.getType() == FieldDescriptor.Type.FIXED64 ? 1L << 40 : 0);
        case BOOLEAN -> true;
        case STRING -> field.getName() + "-" + number;
        case BYTE_STRING -> ByteString.copyFrom(new byte[] {(byte) 0xFE, (byte) number});
        case ENUM -> {
          var values = field.getEnumType().getValues();
          yield values.get(1 + number % (values.size() - 1));
        }
        case MESSAGE -> nested(builder.newBuilderForField(field), depth + 1);
        case FLOAT, DOUBLE -> throw new AssertionError("no such field: " + field);
      };
    }

    private Message nested(Message.Builder builder, int depth) {
      var type = builder.getDescriptorForType();
      var chosen = new ArrayList<FieldDescriptor>();
      for (var choice : type.getOneofs()) {
        int turn = met.merge(choice.getFullName(), 1, Integer::sum) - 1;
        chosen.add(choice.getField(turn % choice.getFieldCount()));
      }
      for (var field : type.getFields()) {
        boolean wanted = field.getContainingOneof() == null || chosen.contains(field);
        if (wanted && depth < DEPTH_MAX) {
          set(builder, field, depth);
        }
      }
      return builder.build();
    }
  }
}
