package dev.tideline.edge.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FreshnessTest {

  private static final long SECOND_NS = 1_000_000_000L;

  @Test
  void anEdgeThatNeverWasCaughtUpIsAsStaleAsCanBe() {
    assertThat(new Freshness(0).stalenessMs(1_000, 0)).isEqualTo(Freshness.NEVER_MS);
  }

  @Test
  void stalenessCountsFromTheHeartbeatThatIsEchoedNotFromTheEcho() {
    var freshness = new Freshness(0);
    freshness.heartbeat(1, 10_000, 0);
    freshness.heartbeat(2, 11_000, SECOND_NS);
    freshness.caughtUp(1);
    assertThat(freshness.stalenessMs(11_500, SECOND_NS * 3 / 2)).isEqualTo(1_500);
    freshness.caughtUp(2);
    assertThat(freshness.stalenessMs(11_500, SECOND_NS * 3 / 2)).isEqualTo(500);
  }

  @Test
  void theLargerOfBothClocksCounts() {
    var freshness = new Freshness(0);
    freshness.heartbeat(1, 10_000, 0);
    freshness.caughtUp(1);
    assertThat(freshness.stalenessMs(70_000, SECOND_NS)).as("suspended").isEqualTo(60_000);
    assertThat(freshness.stalenessMs(9_000, 5 * SECOND_NS)).as("set back").isEqualTo(5_000);
  }

  @Test
  void afterARestartTheWallClockOfTheLogCounts() {
    assertThat(new Freshness(10_000).stalenessMs(25_000, 1)).isEqualTo(15_000);
  }

  @Test
  void whatWasSentOnALostStreamIsNeverEchoed() {
    var freshness = new Freshness(1_000);
    freshness.heartbeat(1, 10_000, 0);
    freshness.forgetUnanswered();
    freshness.caughtUp(1);
    assertThat(freshness.stalenessMs(11_000, SECOND_NS)).isEqualTo(10_000);
  }
}
