package dev.tideline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.edge.EdgeConfig;
import dev.tideline.hub.HubConfig;
import dev.tideline.runtime.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's tables say what the code does. */
class ReadmeTest {

  private static final Path README = Path.of("../../README.md");

  @Test
  void everySettingStandsInItsTableWithItsDefault() throws IOException {
    var readme = Files.readString(README);
    int hub = readme.indexOf("\nThe hub:\n");
    check(EdgeConfig.SETTINGS, readme.substring(0, hub));
    check(HubConfig.SETTINGS, readme.substring(hub));
  }

  private static void check(List<Setting> settings, String table) {
    for (var setting : settings) {
      assertThat(table).contains("| `" + setting.key() + "` |");
      if (setting.fallback().matches("[0-9]+")) {
        assertThat(table).contains("| `" + setting.key() + "` | `" + setting.fallback() + "` |");
      }
    }
  }

  @Test
  void theTwoCommandsAreNamed() throws IOException {
    assertThat(Files.readString(README)).contains("ops/tideline demo").contains("mvn verify");
  }
}
