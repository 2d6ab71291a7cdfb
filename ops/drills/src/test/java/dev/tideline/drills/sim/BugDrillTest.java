package dev.tideline.drills.sim;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class BugDrillTest {

  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  private static Level usual = Level.INFO;

  @BeforeAll
  static void quiet() {
    usual = ROOT.getLevel();
    ROOT.setLevel(Level.OFF);
  }

  @AfterAll
  static void asUsual() {
    ROOT.setLevel(usual);
  }

  /** Some hide for hundreds of seeds: too long for the build. */
  @ParameterizedTest
  @EnumSource(
      value = Bug.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "LOST_TERMS_NOT_TOLD",
        "WHAT_IS_FORGOTTEN_NOT_TOLD",
        "FORKED_INCARNATION_NOT_CLOSED",
        "INCLUDED_NOT_NOTED_WHEN_A_FORK_IS_FOUND"
      })
  void aPlantedBugIsFound(Bug bug) {
    assertThat(BugDrill.find(bug, SimOptions.STEPS, BugDrill.SEEDS_MAX)).isPresent();
  }
}
