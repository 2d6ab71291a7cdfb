package dev.tideline.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.edge.HttpCalls.Answer;
import dev.tideline.wire.v1.EdgeFrame;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP interface as interfaces.md fixes it, byte for byte through a socket. */
class HttpTest {

  @TempDir private static Path directory = Path.of("");
  private static ScriptedHub hub = new ScriptedHub();

  @SuppressWarnings("NullAway.Init")
  private static EdgeNode node;

  @BeforeAll
  static void start() {
    node = EdgeNodes.start("a", directory, hub.port());
    Awaitility.await().until(() -> node.status().catalog().known());
  }

  @AfterAll
  static void stop() {
    node.close();
    hub.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/players/z1/a:add, /v1/players/z1/a%3Aadd",
    "/v1/players/a%2Fb, /v1/players/a/b",
    "/v1/players/a//b, /v1/players/a%2F%2Fb",
    "/v1/players/../x, /v1/players/..%2Fx",
    "/v1/players/a;b=c, /v1/players/a%3Bb=c",
    "/v1/players/./a/./b, /v1/players/%2E/a/./b",
  })
  void keysAreRawAndNeverNormalised(String path, String same) {
    assertThat(send("PUT", path, path).status()).isEqualTo(200);
    assertThat(send("GET", path, "").body()).isEqualTo(path);
    assertThat(send("GET", same, "").body()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/players/%ff", "/v1/players/%C3"})
  void aKeyThatIsNotUtf8IsRefused(String path) {
    var answer = send("PUT", path, "x");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("TL-KEY-INVALID").contains("UTF-8");
  }

  @Test
  void aPostActsOnTheKeyBeforeTheLastRawColon() {
    assertThat(send("POST", "/v1/stock/z1/a%3Ab:add", "{\"delta\":5}").status()).isEqualTo(200);
    var answer = send("GET", "/v1/stock/z1/a:b", "");
    assertThat(answer.body()).isEqualTo("5");
    assertThat(answer.headers()).containsEntry("content-type", "application/json");
  }

  @Test
  void aReadSaysHowFreshItIs() {
    send("PUT", "/v1/players/z1/fresh", "x", "Content-Type: text/x-mine");
    var answer = send("GET", "/v1/players/z1/fresh", "");
    assertThat(answer.headers())
        .containsEntry("content-type", "text/x-mine")
        .containsEntry("tideline-pending-local", "true")
        .containsEntry("tideline-as-of-revision", "0")
        .containsKey("tideline-staleness-ms")
        .containsKey("etag");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /v1/players/z1/a?x=%zz     |              | 400 | TL-MALFORMED",
        "GET    | /v1/players/z1/a%zz        |              | 400 | %zz",
        "GET    | /v1/players/z1/%2          |              | 400 | TL-KEY-INVALID",
        "GET    | /v1/players/z1/a#b         |              | 400 | raw '#'",
        "GET    | /v1/players/z1/a b         |              | 400 | TL-MALFORMED",
        "GET    | /v1/players/never          |              | 404 | TL-KEY-UNKNOWN",
        "GET    | /v1/nothing/z1/a           |              | 404 | known namespaces: players",
        "GET    | /v1/receipts/nonsense      |              | 400 | TL-RECEIPT-INVALID",
        "GET    | /v2/players/a              |              | 404 | TL-ROUTE-UNKNOWN",
        "PUT    | /v1/node                   | x            | 405 | TL-OPERATION-NOT-ALLOWED",
        "PUT    | /v1/stock/z1/a             | x            | 405 | TL-OPERATION-NOT-ALLOWED",
        "DELETE | /v1/stock/z1/a             |              | 405 | TL-OPERATION-NOT-ALLOWED",
        "POST   | /v1/players/z1/a:add       | {\"delta\":1}| 405 | TL-OPERATION-NOT-ALLOWED",
        "POST   | /v1/stock/z1/a:subtract    | {\"delta\":1}| 404 | actions: add",
        "POST   | /v1/stock/z1/a             | {\"delta\":1}| 405 | without an action",
        "POST   | /v1/stock/z1/a:add         | five         | 415 | TL-NOT-JSON",
        "POST   | /v1/stock/z1/a:add         | {\"delta\":1.5}| 400 | TL-MALFORMED",
        "POST   | /v1/stock/z1/a:add         | {\"delta\":9223372036854775808}| 400 | 64 bits",
        "POST   | /v1/stock/z1/a:add         | {\"delta\":1,\"x\":2}| 400 | TL-MALFORMED",
        "PUT    | /v1/small/z1/a             | 12345678901  | 413 | at most 10",
        "PUT    | /v1/players/z1/a?ack=maybe | x            | 400 | memory, disk, hub",
        "PUT    | /v1/players/z1/a?akc=hub   | x            | 400 | parameters: ack, timeout",
        "PUT    | /v1/players/z1/a?timeout=1h| x            | 400 | ms or s",
        "PUT    | /v1/batch/z1               | x            | 404 | TL-ROUTE-UNKNOWN",
        "POST   | /v1/node/interest          | x            | 405 | TL-OPERATION-NOT-ALLOWED",
        "GET    | /v1/node/interest:add      |              | 405 | TL-OPERATION-NOT-ALLOWED",
        "POST   | /v1/node/interest:add?x=1  | {\"interests\":[\"*\"]} | 400 | no parameters",
        "GET    | /v1/node/interests         |              | 404 | /v1/node/interest:remove",
        "POST   | /v1/node/interest:add      | zone=eu      | 415 | TL-NOT-JSON",
        "POST   | /v1/node/interest:add      | []           | 400 | zone=ZONE",
        "POST   | /v1/node/interest:add      | {\"interests\":[]} | 400 | 1 to 1024 of",
        "POST   | /v1/node/interest:add      | {\"interests\":\"*\"} | 400 | an array",
        "POST   | /v1/node/interest:add      | {\"interests\":[5]} | 400 | TL-INTEREST-INVALID",
        "POST   | /v1/node/interest:add      | {\"interests\":[\"zone\"]} | 400 | zone=ZONE",
        "POST   | /v1/node/interest:add      | {\"interests\":[\"zone=a/b\"]} | 400 | before the"
            + " first",
        "POST   | /v1/node/interest:add      | {\"interests\":[\"key=players\"]} | 400 |"
            + " TL-INTEREST",
        "POST   | /v1/node/interest:remove   | {\"interests\":[\"prefix=No/x\"]} | 400 | name of a",
      })
  void badInputIsRefusedWithWhatIsAllowedAndNothingIsWritten(
      String method, String path, String body, int status, String says) {
    int before = node.status().backlog().count();
    var answer = send(method, path, body == null ? "" : body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).contains(says).contains("\"code\":\"TL-");
    assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
    if (status == 405) {
      assertThat(answer.headers()).containsKey("allow");
    }
    assertThat(node.status().backlog().count()).isEqualTo(before);
  }

  @Test
  void aKeyOfMoreThan512BytesAndAnEmptyOneAreRefused() {
    assertThat(send("PUT", "/v1/players/" + "x".repeat(513), "v").status()).isEqualTo(400);
    assertThat(send("PUT", "/v1/players/" + "x".repeat(512), "v").status()).isEqualTo(200);
    assertThat(send("PUT", "/v1/players/", "v").status()).isEqualTo(400);
  }

  @Test
  void aRepeatedRequestAnswersWithTheFirstReceipt() {
    var first = send("POST", "/v1/stock/z2/k:add", "{\"delta\":5}", "Idempotency-Key: i1");
    var again = send("POST", "/v1/stock/z2/k:add", "{\"delta\":5}", "Idempotency-Key: i1");
    var other = send("POST", "/v1/stock/z2/k:add", "{\"delta\":6}", "Idempotency-Key: i1");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.body()).contains("TL-IDEMPOTENCY-KEY-REUSED");
    assertThat(send("GET", "/v1/stock/z2/k", "").body()).isEqualTo("5");
  }

  @Test
  void aConditionalWriteNeedsTheTagOfWhatIsThere() {
    var path = "/v1/players/z3/cond";
    assertThat(send("PUT", path, "1", "If-Match: *").status()).isEqualTo(412);
    assertThat(send("PUT", path, "1", "If-None-Match: *").status()).isEqualTo(200);
    assertThat(send("PUT", path, "2", "If-None-Match: *").status()).isEqualTo(412);
    var tag = send("GET", path, "").headers().getOrDefault("etag", "");
    var written = send("PUT", path, "2", "If-Match: " + tag);
    assertThat(written.status()).isEqualTo(200);
    assertThat(send("PUT", path, "3", "If-Match: " + tag).status()).isEqualTo(412);
    var next = written.headers().getOrDefault("etag", "");
    assertThat(send("DELETE", path, "", "If-Match: " + next).status()).isEqualTo(200);
    assertThat(send("GET", path, "").status()).isEqualTo(404);
    assertThat(send("PUT", path, "4", "If-Match: \"bm8\"").status()).isEqualTo(400);
  }

  @Test
  void aWriteThatTheHubDoesNotDecideInTimeIs202WithTheLevelReached() {
    var answer = send("PUT", "/v1/players/z4/slow?ack=hub&timeout=100ms", "x");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body()).contains("\"ack\":\"disk\"");
    var receipt = answer.body().replaceAll("(?s).*\"receipt\":\"([^\"]*)\".*", "$1");
    assertThat(send("GET", "/v1/receipts/" + receipt, "").body()).contains("\"state\":\"PENDING\"");
  }

  @Test
  void aBatchIsDoneAsAWhole() {
    var written =
        send(
            "POST",
            "/v1/batch?ack=memory",
            """
            {"operations":[
             {"namespace":"players","key":"zb/ann","op":"put","value":"in","ifNoneMatch":"*"},
             {"namespace":"players","key":"zb/raw","op":"put","base64":"AP8="},
             {"namespace":"players","key":"zb/json","op":"put","value":{"hp":9}},
             {"namespace":"stock","key":"zb/k","op":"add","delta":5},
             {"namespace":"stock","key":"zb/k","op":"add","delta":-2},
             {"namespace":"players","key":"zb/ann","op":"delete"}]}
            """,
            "Idempotency-Key: b1");
    assertThat(written.body()).contains("\"ack\":\"memory\"");
    assertThat(written.status()).isEqualTo(200);
    assertThat(written.headers()).containsKey("etag");
    assertThat(send("GET", "/v1/players/zb/ann", "").status()).isEqualTo(404);
    assertThat(send("GET", "/v1/players/zb/raw", "").headers())
        .containsEntry("content-length", "2")
        .containsEntry("content-type", "application/octet-stream");
    assertThat(send("GET", "/v1/players/zb/json", "").body()).isEqualTo("{\"hp\":9}");
    assertThat(send("GET", "/v1/stock/zb/k", "").body()).isEqualTo("3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "five | 415 | TL-NOT-JSON",
        "[] | 400 | not a JSON object",
        "{} | 400 | 'operations'",
        "{\"operations\":[]} | 400 | 1 to 64",
        "{\"operations\":[],\"atomic\":true} | 400 | other fields",
        "{\"operations\":[5]} | 400 | operation 1: it is not an object",
        "{\"operations\":[{\"op\":\"put\"}]} | 400 | 'namespace' must be",
        "{\"operations\":[N,\"key\":\"bad/1\",\"op\":\"move\"}]} | 400 | is not known",
        "{\"operations\":[N,\"key\":\"bad/1\",\"op\":\"put\"}]} | 400 | either 'value' or 'base64'",
        "{\"operations\":[N,\"key\":\"bad/1\",\"op\":\"put\",\"base64\":\"%\"}]} | 400 | not"
            + " base64",
        "{\"operations\":[N,\"key\":\"bad/1\",\"op\":\"delete\",\"delta\":1}]} | 400 | 'delta' is"
            + " not a field",
        "{\"operations\":[N,\"key\":\"bad/1\",\"op\":\"add\",\"delta\":1}]} | 405 | does not take"
            + " add",
        "{\"operations\":[N,\"key\":\"two/1\",\"op\":\"delete\"}]} | 400 | two zones",
        "{\"operations\":[N,\"key\":\"bad/1\",\"op\":\"delete\",\"ifMatch\":\"x\"}]} | 400 |"
            + " TL-TOKEN-INVALID",
        "{\"operations\":[N,\"key\":\"bad/1\",\"op\":\"delete\",\"ifMatch\":\"*\"}]} | 412 | does"
            + " not exist",
        "{\"operations\":[{\"namespace\":\"nix\",\"key\":\"bad/1\",\"op\":\"delete\"}]} | 404 |"
            + " known namespaces",
      })
  void aBadBatchIsRefusedAndNothingOfItIsDone(String body, int status, String says) {
    int before = node.status().backlog().count();
    var good = "{\"namespace\":\"stock\",\"key\":\"bad/k\",\"op\":\"add\",\"delta\":1},";
    var full =
        body.replace("N,", "{\"namespace\":\"players\",").replaceFirst("\\[(?=[{5])", "[" + good);
    var answer = send("POST", "/v1/batch", full);
    assertThat(answer.body()).contains(says).contains("\"code\":\"TL-");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(node.status().backlog().count()).isEqualTo(before);
    assertThat(send("GET", "/v1/stock/bad/k", "").status()).isEqualTo(404);
  }

  @Test
  void aBatchOfMoreThan64OperationsOrTooManyBytesIsRefused() {
    var one = "{\"namespace\":\"stock\",\"key\":\"much/k\",\"op\":\"add\",\"delta\":1}";
    var many = String.join(",", Collections.nCopies(65, one));
    var answer = send("POST", "/v1/batch", "{\"operations\":[" + many + "]}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("65 operations");
    var large =
        "{\"namespace\":\"players\",\"key\":\"much/k\",\"op\":\"put\",\"value\":\""
            + "x".repeat(60_000)
            + "\"}";
    var all = String.join(",", Collections.nCopies(40, large));
    assertThat(send("POST", "/v1/batch", "{\"operations\":[" + all + "]}").status()).isEqualTo(413);
    assertThat(send("POST", "/v1/batch", "[1" + ",1".repeat(2 << 20)).status()).isEqualTo(413);
    assertThat(send("GET", "/v1/stock/much/k", "").status()).isEqualTo(404);
    assertThat(send("PUT", "/v1/batch", "x").headers()).containsEntry("allow", "POST");
    assertThat(send("POST", "/v1/batch", "{}", "If-Match: *").body()).contains("of its own");
  }

  @Test
  void traceparentTravelsWithTheMutationAndNonsenseDoesNot() {
    var trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    send("PUT", "/v1/players/z5/traced", "x", "traceparent: " + trace);
    send("PUT", "/v1/players/z5/nonsense", "x", "traceparent: nonsense");
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> sentBytes().contains("z5/traced") && sentBytes().contains("z5/nonsense"));
  }

  private static String sentBytes() {
    var all = new StringBuilder();
    for (EdgeFrame frame : hub.heard()) {
      all.append(frame.getMutationBatch().getPayload().toString(StandardCharsets.ISO_8859_1));
    }
    return all.toString();
  }

  @Test
  void theDescriptionNamesWhatIsServedAndNothingElse() {
    var described = new TreeMap<String, Set<String>>();
    var path = "";
    for (var line : send("GET", "/openapi.yaml", "").body().lines().toList()) {
      if (line.startsWith("components:")) {
        break;
      }
      if (line.matches("  /.*:")) {
        path = line.substring(2, line.length() - 1);
      } else if (line.matches("    (get|put|post|delete|patch|head):")) {
        var method = line.strip().replace(":", "").toUpperCase(Locale.ROOT);
        described.computeIfAbsent(path, first -> new TreeSet<>()).add(method);
      }
    }
    var templates = new TreeSet<>(described.keySet());
    var unknown = send("GET", "/v2/what/is/there", "").body();
    for (var template : templates) {
      assertThat(unknown).contains(template.replace("{key}:add", "{key}"));
    }
    for (var template : templates) {
      var namespace = template.endsWith(":add") ? "stock" : "players";
      var real = template.replace("{namespace}", namespace).replace("{key}", "za/k");
      for (var method : List.of("GET", "PUT", "POST", "DELETE", "PATCH")) {
        var answer = send(method, real.replace("{receipt}", "x"), "x");
        boolean served =
            answer.status() != 405
                && !(template.endsWith("{key}:add") && !method.equals("POST"))
                && !answer.body().contains("\"code\":\"TL-ROUTE-UNKNOWN\"");
        assertThat(served)
            .as("%s %s: %s", method, template, answer)
            .isEqualTo(described.getOrDefault(template, Set.of()).contains(method));
      }
    }
  }

  @Test
  void healthAndNodeTellHowItIs() {
    assertThat(send("GET", "/health/live", "").status()).isEqualTo(200);
    assertThat(send("GET", "/health/ready", "").status()).isEqualTo(200);
    // The scripted hub says nothing after Welcome, so the edge dials again from time to time.
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(send("GET", "/v1/node", "").body())
                    .contains("\"edge\":\"a\"")
                    .contains("\"state\":\"CONNECTED\""));
  }

  private static Answer send(String method, String path, String body, String... headers) {
    return HttpCalls.send(node, method, path, body, headers);
  }
}
