package dev.tideline.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HybridClockTest {

  @Test
  void neverGoesBackWhateverTheWallClockDoes() {
    var clock = new HybridClock(HybridTime.ofMillis(5_000));
    var first = clock.next(1_000);
    var second = clock.next(10_000);
    var third = clock.next(9_000);
    assertThat(first).isGreaterThan(HybridTime.ofMillis(5_000));
    assertThat(second).isGreaterThan(first);
    assertThat(third).isGreaterThan(second);
    assertThat(second.millis()).isEqualTo(10_000);
  }

  @Test
  void exceedsWhatItHasObserved() {
    var clock = new HybridClock(HybridTime.ZERO);
    var remote = HybridTime.ofMillis(70_000);
    clock.observe(remote);
    assertThat(clock.next(1)).isGreaterThan(remote);
    assertThat(clock.latest()).isGreaterThan(remote);
  }

  @Test
  void countsOnWithinOneMillisecond() {
    var clock = new HybridClock(HybridTime.ZERO);
    var last = clock.next(7);
    for (int i = 0; i < 100_000; i++) {
      var next = clock.next(7);
      assertThat(next.compareTo(last)).isPositive();
      last = next;
    }
  }
}
