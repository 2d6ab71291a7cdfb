package dev.tideline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.wire.v1.KeyName;
import dev.tideline.wire.v1.Value;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchEvent;
import dev.tideline.wire.v1.WatchMark;
import dev.tideline.wire.v1.WatchStartOver;
import dev.tideline.wire.v1.WatchState;
import dev.tideline.wire.v1.WatchedValue;
import dev.tideline.wire.v1.WatchedValue.Kind;
import org.junit.jupiter.api.Test;

final class WatchLinesTest {

  private static final ByteString TOKEN = ByteString.copyFromUtf8("token");

  private static WatchedValue.Builder told(String namespace, String key, Value.Builder value) {
    return WatchedValue.newBuilder()
        .setKey(KeyName.newBuilder().setNamespace(namespace).setKey(key))
        .setValue(value);
  }

  private static Value.Builder bytes(String text) {
    return Value.newBuilder().setBytes(ByteString.copyFromUtf8(text)).setContentType("text/plain");
  }

  private static WatchAnswer event() {
    return WatchAnswer.newBuilder()
        .setEvent(
            WatchEvent.newBuilder()
                .addValues(told("players", "z1/a", bytes("in")).setKind(Kind.LOCAL))
                .addValues(
                    told("inventory", "z1/k", Value.newBuilder().setCounter(-5))
                        .setKind(Kind.LOCAL))
                .addValues(told("players", "z1/b", Value.newBuilder()).setKind(Kind.LOCAL)))
        .setResume(TOKEN)
        .build();
  }

  @Test
  void aStateIsALineAKeyAndAnEventIsOneLine() {
    var state = WatchState.newBuilder();
    state.addValues(told("players", "z1/a", bytes("x")));
    state.addValues(told("players", "z1/b", bytes("y")));
    assertThat(WatchLines.text(WatchAnswer.newBuilder().setState(state).build()))
        .containsExactly("STATE        players/z1/a = x", "STATE        players/z1/b = y");
    assertThat(WatchLines.text(event()))
        .containsExactly(
            "LOCAL        players/z1/a = in · LOCAL        inventory/z1/k = -5"
                + " · LOCAL        players/z1/b is gone");
  }

  @Test
  void aMarkAndAStartOverSayWhatTheyMean() {
    var mark = WatchAnswer.newBuilder().setMark(WatchMark.getDefaultInstance()).build();
    var over = WatchStartOver.newBuilder().setReason("why");
    assertThat(WatchLines.text(mark).getFirst()).startsWith("MARK ");
    assertThat(WatchLines.text(WatchAnswer.newBuilder().setStartOver(over).build()).getFirst())
        .isEqualTo("START_OVER   forget all of it: why");
  }

  @Test
  void aValueHasNoSayOverTheTerminalAndALongOneIsCut() {
    var nasty = told("players", "z1/\u001b[2J", bytes("a\nb\u202e\u0000"));
    var binary = Value.newBuilder().setBytes(ByteString.fromHex("ff00"));
    var state =
        WatchState.newBuilder()
            .addValues(nasty)
            .addValues(told("players", "z1/bin", binary))
            .addValues(told("players", "z1/long", bytes("x".repeat(5_000))));
    var lines = WatchLines.text(WatchAnswer.newBuilder().setState(state).build());
    assertThat(lines.get(0))
        .isEqualTo("STATE        players/z1/\\u001b[2J = a\\u000ab\\u202e\\u0000");
    assertThat(lines.get(1)).endsWith("z1/bin = (2 bytes)");
    assertThat(lines.get(2)).endsWith("xxx… (5000 bytes)").hasSizeLessThan(200);
  }

  @Test
  void asJsonAnAnswerIsOneDocumentWithAllOfIt() {
    assertThat(WatchLines.json(event()))
        .isEqualTo(
            "{\"answer\":\"EVENT\",\"values\":["
                + "{\"namespace\":\"players\",\"key\":\"z1/a\",\"kind\":\"LOCAL\","
                + "\"contentType\":\"text/plain\",\"value\":\"in\",\"version\":\"\","
                + "\"pendingLocal\":false},"
                + "{\"namespace\":\"inventory\",\"key\":\"z1/k\",\"kind\":\"LOCAL\",\"value\":-5,"
                + "\"version\":\"\",\"pendingLocal\":false},"
                + "{\"namespace\":\"players\",\"key\":\"z1/b\",\"kind\":\"LOCAL\",\"value\":null,"
                + "\"version\":\"\",\"pendingLocal\":false}],\"resume\":\"dG9rZW4\"}");
  }
}
