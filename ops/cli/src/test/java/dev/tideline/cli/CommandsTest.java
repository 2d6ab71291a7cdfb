package dev.tideline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.cli.FakeNode.Answer;
import dev.tideline.cli.FakeNode.Request;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandsTest {
  private static final String WRITTEN =
      "{\"receipt\":\"a.1.2.3\",\"ack\":\"DISK\",\"verdict\":\"APPLIED\"}";

  @TempDir private Path directory = Path.of("");

  private record Run(int status, String out, String err) {}

  @Test
  void addPrintsTheReceiptTheLevelAndTheVerdict() throws IOException {
    try (var node = new FakeNode(request -> Answer.json(200, WRITTEN))) {
      var run = run(node, "add", "inventory", "z1/a:add", "--ack", "disk", "--", "-6");
      assertThat(run).isEqualTo(new Run(0, line("a.1.2.3  DISK  APPLIED"), ""));
      assertThat(node.requests())
          .containsExactly(
              new Request("POST", "/v1/inventory/z1/a%3Aadd:add?ack=disk", "", "{\"delta\":-6}"));
    }
  }

  @Test
  void putTakesItsValueFromTheCommandLineOrAFile() throws IOException {
    var file = Files.writeString(directory.resolve("value"), "from a file");
    try (var node = new FakeNode(request -> Answer.json(200, WRITTEN))) {
      assertThat(run(node, "put", "players", "p", "here", "--idempotency-key", "k").status())
          .isZero();
      assertThat(run(node, "put", "players", "p", "--file", file.toString()).status()).isZero();
      assertThat(node.requests())
          .containsExactly(
              new Request("PUT", "/v1/players/p", "k", "here"),
              new Request("PUT", "/v1/players/p", "", "from a file"));
      assertThat(run(node, "put", "players", "p").status()).isEqualTo(2);
    }
  }

  @Test
  void aRejectedWriteFails() throws IOException {
    try (var node =
        new FakeNode(request -> Answer.json(200, WRITTEN.replace("APPLIED", "REJECTED")))) {
      assertThat(run(node, "delete", "players", "p").status()).isEqualTo(1);
    }
  }

  @Test
  void aRefusalIsOneLineWithItsCode() throws IOException {
    try (var node =
        new FakeNode(request -> Answer.problem(404, "TL-NAMESPACE-UNKNOWN", "no 'x' here"))) {
      var run = run(node, "get", "x", "k");
      assertThat(run)
          .isEqualTo(new Run(1, "", line("tideline get: TL-NAMESPACE-UNKNOWN: no 'x' here")));
    }
  }

  @Test
  void interestsAreListedAddedAndRemoved() throws IOException {
    var list = "{\"interests\":[{\"interest\":\"zone=eu\",\"state\":\"LOADING\"}]}";
    try (var node = new FakeNode(request -> Answer.json(200, list))) {
      assertThat(run(node, "interest")).isEqualTo(new Run(0, line("LOADING  zone=eu"), ""));
      assertThat(run(node, "interest", "add", "zone=eu", "*").status()).isZero();
      assertThat(run(node, "interest", "--json", "remove", "zone=us").out()).isEqualTo(line(list));
      assertThat(node.requests())
          .containsExactly(
              new Request("GET", "/v1/node/interest", "", ""),
              new Request(
                  "POST", "/v1/node/interest:add", "", "{\"interests\":[\"zone=eu\",\"*\"]}"),
              new Request("POST", "/v1/node/interest:remove", "", "{\"interests\":[\"zone=us\"]}"));
    }
  }

  @Test
  void anUnreachableHubBehindTheEdgeIsUnreachable() throws IOException {
    try (var node = new FakeNode(request -> Answer.problem(503, "TL-HUB-UNREACHABLE", "no hub"))) {
      assertThat(run(node, "receipt", "a.1.2.3").status()).isEqualTo(3);
    }
  }

  @Test
  void anEdgeThatDoesNotAnswerIsUnreachable() throws IOException {
    String url;
    try (var node = new FakeNode(request -> Answer.json(200, "{}"))) {
      url = node.url();
    }
    var run = run("get", "players", "p", "--edge", url);
    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).contains("connection refused").contains("tideline edge").hasLineCount(1);
  }

  @Test
  void wrongUseIsStatusTwoAndNamesTheHelp() {
    for (var wrong :
        List.of(
            new String[] {"get"},
            new String[] {"nonsense"},
            new String[] {"add", "inventory", "k", "many"},
            new String[] {"get", "players", "p", "--edge", "ftp://x"},
            new String[] {"demo", "--edges", "1"},
            new String[] {"demo", "--duration", "soon"},
            new String[] {"interest", "add"},
            new String[] {"interest", "list", "zone=eu"},
            new String[] {"interest", "zone=eu"},
            new String[] {"watch", "players"},
            new String[] {"watch", "players", "z1", "--prefix"},
            new String[] {"watch", "players,", "z1/"},
            new String[] {"watch", "players", "z1/a", "--resume", "no base64"},
            new String[] {"bench"},
            new String[] {"bench", "nonsense"},
            new String[] {"bench", "read", "--runs", "0"},
            new String[] {"bench", "throughput", "--data", "/dev/shm"},
            new String[] {"cut"},
            new String[] {"demo", "--otlp", "collector:4318"},
            new String[] {"demo", "--scans", "/nowhere.csv"})) {
      var run = run(wrong);
      assertThat(run.status()).as(String.join(" ", wrong)).isEqualTo(2);
      assertThat(run.err()).isNotBlank().doesNotContain("Exception");
    }
  }

  @Test
  void everyCommandHasHelp() {
    for (var name : Tideline.commandLine().getSubcommands().keySet()) {
      assertThat(run("help", name).out()).as(name).contains("Usage: tideline " + name);
      assertThat(run(name, "--help").status()).as(name).isZero();
    }
  }

  @Test
  void aWrongScanFileNamesTheLine() throws IOException {
    var file =
        Files.writeString(
            directory.resolve("scans.csv"),
            "invoice,line,stock_code,quantity,country\n1,1,A,2,EIRE\n1,2,A,many,EIRE\n");
    var run = run("demo", "--scans", file.toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("scans.csv:3:").contains("quantity").hasLineCount(1);
  }

  private static Run run(FakeNode node, String... arguments) {
    var all = new java.util.ArrayList<>(List.of(arguments));
    all.addAll(1, List.of("--edge", node.url()));
    return run(all.toArray(String[]::new));
  }

  private static Run run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status =
        Tideline.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Run(status, out.toString(), err.toString());
  }

  private static String line(String text) {
    return text + System.lineSeparator();
  }
}
