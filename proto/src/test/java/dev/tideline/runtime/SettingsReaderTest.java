package dev.tideline.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsReaderTest {

  private static final Setting PORT = new Setting("http.port", "7411", "a port", "for tests");
  private static final Setting SIZE = new Setting("log.size-bytes", "10", "bytes", "for tests");

  @Test
  void theGivenComesBeforeTheEnvironmentBeforeTheFallback() {
    var environment = Map.of("TIDELINE_HTTP_PORT", "2", "TIDELINE_LOG_SIZE_BYTES", "3");
    var reader = new SettingsReader(Map.of("http.port", "1"), environment);
    assertThat(reader.port(PORT)).isEqualTo(1);
    assertThat(reader.number(SIZE, 0, 100)).isEqualTo(3);
    assertThat(new SettingsReader(Map.of(), Map.of()).port(PORT)).isEqualTo(7411);
  }

  @Test
  void allProblemsAreToldAtOnceWithKeyValueAndWhatIsAllowed() {
    var reader =
        new SettingsReader(
            Map.of("http.port", "70000", "log.size-bytes", "many", "lg.size", "1"), Map.of());
    reader.port(PORT);
    reader.number(SIZE, 5, 100);
    var failure = catchThrowableOfType(ConfigException.class, reader::finish);
    assertThat(failure.problems())
        .hasSize(3)
        .anyMatch(p -> p.contains("http.port = '70000'") && p.contains("0 to 65535"))
        .anyMatch(p -> p.contains("log.size-bytes = 'many'") && p.contains("5 to 100"))
        .anyMatch(p -> p.contains("lg.size is not a setting") && p.contains("http.port"));
  }

  @Test
  void anArgumentWithoutAnEqualsSignIsAProblem() {
    assertThat(SettingsReader.parseArguments("a=b=c")).containsEntry("a", "b=c");
    assertThatThrownBy(() -> SettingsReader.parseArguments("nonsense"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("key=value");
  }
}
