package dev.tideline.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

final class JsonLayoutTest {

  @Test
  void aLineIsOneDocumentWhateverTheMessageHolds() throws IOException {
    var event = event("a \"quoted\"\nline of {}", null);
    event.addKeyValuePair(new KeyValuePair("trace_id", "4bf92f35"));
    event.addKeyValuePair(new KeyValuePair("message", "never this"));
    var json = lay(event);
    assertThat(json.path("message").asText()).isEqualTo("a \"quoted\"\nline of z1/k");
    assertThat(json.path("level").asText()).isEqualTo("WARN");
    assertThat(json.path("logger").asText()).isEqualTo("dev.tideline.Test");
    assertThat(json.path("trace_id").asText()).isEqualTo("4bf92f35");
    assertThat(json.path("time").asText()).endsWith("Z");
    assertThat(json.has("node")).isTrue();
    assertThat(json.has("exception")).isFalse();
  }

  @Test
  void anExceptionIsInTheSameLine() throws IOException {
    var json = lay(event("failed for {}", new IllegalStateException("broken")));
    assertThat(json.path("exception").asText())
        .contains("IllegalStateException: broken")
        .contains("JsonLayoutTest");
  }

  private static LoggingEvent event(String message, @Nullable Throwable thrown) {
    var logger = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("dev.tideline.Test");
    return new LoggingEvent("", logger, Level.WARN, message, thrown, new Object[] {"z1/k"});
  }

  private static JsonNode lay(LoggingEvent event) throws IOException {
    var line = new JsonLayout().doLayout(event);
    assertThat(line).endsWith(System.lineSeparator()).hasLineCount(1);
    return new ObjectMapper().readTree(line);
  }
}
