package dev.tideline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class StatusTableTest {

  @Test
  void anEdgeIsShownAsTheHubAndItselfSeeIt() throws IOException {
    assertThat(table(false))
        .containsExactly(
            "  edge  state         lag    undecided  staleness   keys  version  address",
            "  a     DISCONNECTED    7  3 for 8.0 s       12 s  1,234  0.1.0    http://x:1",
            "  b     CONNECTED       0            –          –      –  –        –");
  }

  @Test
  void coloursChangeNoWidth() throws IOException {
    var plain = table(true).map(line -> line.replaceAll("\u001b\\[[0-9]+m", "").stripTrailing());
    assertThat(plain).containsExactlyElementsOf(table(false).toList());
  }

  private static Stream<String> table(boolean colours) throws IOException {
    var json = new ObjectMapper();
    var atHub =
        json.readTree(
            "{'edges':[{'edge':'b','connected':true,'lag':0},{'edge':'a','lag':7}]}"
                .replace('\'', '"'));
    var own =
        json.readTree(
            ("{'hub':{'state':'DISCONNECTED'},'undecided':3,'undecidedOldestMs':8000,"
                    + "'stalenessMs':12000,'keys':1234,'version':'0.1.0'}")
                .replace('\'', '"'));
    var text = new StringWriter();
    new StatusTable(new PrintWriter(text), colours)
        .edges(atHub, Map.of("a", own), Map.of("a", "http://x:1"));
    return text.toString().lines();
  }
}
