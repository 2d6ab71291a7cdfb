package dev.tideline.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interests over HTTP, with a hub that never loads anything. */
class HttpInterestTest {

  private static final String ZONE_A = "{\"interests\":[\"zone=a\"]}";

  @TempDir private Path directory = Path.of("");
  private final ScriptedHub hub = new ScriptedHub();

  @SuppressWarnings("NullAway.Init")
  private EdgeNode node;

  @BeforeEach
  void start() {
    hub.answerWith(ScriptedHub::beat);
    node = EdgeNodes.start("a", directory, hub.port(), "interest", "zone=a");
    Awaitility.await().until(() -> node.status().catalog().known());
  }

  @AfterEach
  void stop() {
    node.close();
    hub.close();
  }

  private HttpCalls.Answer change(String action, String body) {
    return HttpCalls.send(node, "POST", "/v1/node/interest:" + action, body);
  }

  private String list() {
    return HttpCalls.send(node, "GET", "/v1/node/interest", "").body().strip();
  }

  @Test
  void whatIsAddedIsListedAsLoadingAndWhatIsRemovedIsGone() {
    assertThat(list()).isEqualTo("{\"interests\":[{\"interest\":\"zone=a\",\"state\":\"READY\"}]}");
    var more = "{\"interests\":[\"key=players/b/1,2\",\"zone=a\",\"key=players/b/1,2\"]}";
    var added = change("add", more);
    assertThat(added.status()).isEqualTo(200);
    assertThat(added.body().strip())
        .isEqualTo(list())
        .contains("{\"interest\":\"zone=a\",\"state\":\"READY\"}")
        .contains("{\"interest\":\"key=players/b/1,2\",\"state\":\"LOADING\"}");
    assertThat(change("remove", ZONE_A).body()).doesNotContain("zone=a");
    assertThat(change("remove", ZONE_A).status()).isEqualTo(200);
    assertThat(change("remove", more).body().strip()).isEqualTo("{\"interests\":[]}");
  }

  @Test
  void beyondTheLimitNothingIsAddedAndTheAnswerSaysWhatToDo() {
    var many =
        IntStream.range(0, 1024)
            .mapToObj(i -> "\"key=players/b/%d\"".formatted(i))
            .collect(Collectors.joining(",", "{\"interests\":[", "]}"));
    var refused = change("add", many);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body())
        .contains("TL-INTERESTS-FULL")
        .contains("1025 interests")
        .contains("at most 1024")
        .contains("remove what is not needed");
    assertThat(list()).doesNotContain("players");
    assertThat(change("remove", ZONE_A).status()).isEqualTo(200);
    assertThat(change("add", many).status()).isEqualTo(200);
    assertThat(change("add", "{\"interests\":[\"" + "x".repeat(3 << 20) + "\"]}").status())
        .isEqualTo(413);
  }

  @Test
  void anEdgeThatNeverMetItsHubSaysSo() {
    try (var lonely = EdgeNodes.start("b", directory, 1)) {
      var refused = HttpCalls.send(lonely, "POST", "/v1/node/interest:add", ZONE_A);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body()).contains("TL-NO-CATALOG").contains("setting 'interest'");
    }
  }
}
