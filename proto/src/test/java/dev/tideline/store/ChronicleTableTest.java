package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ChronicleTableTest extends TableContract {

  private static final TableConfig LARGE = new TableConfig(200_000, 64L << 20);

  @Override
  Table create(TableConfig config) {
    return ChronicleTable.create(config);
  }

  @Test
  void theTableBeginsSmallAndGrowsBeforeItIsFull() {
    try (var table = ChronicleTable.create(LARGE)) {
      long first = table.small().current().number();
      assertThat(table.small().current().entriesPlanned()).isLessThan(LARGE.entriesMax() / 8);
      for (int i = 0; i < LARGE.entriesMax(); i++) {
        assertThat(table.put(TableContract.slice("k" + i), TableContract.slice("v"))).isTrue();
      }
      // The last growth may still be under way.
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> table.small().current().entriesPlanned() >= LARGE.entriesMax() / 2);
      assertThat(table.small().current().entriesPlanned()).isLessThan(LARGE.entriesMax() * 3);
      assertThat(table.small().current().number() - first).isGreaterThanOrEqualTo(3);
      assertThat(table.size()).isEqualTo(LARGE.entriesMax());
    }
  }

  @Test
  void whatIsRemovedOrReplacedWhileTheTableGrowsStaysRemovedOrReplaced() {
    try (var table = ChronicleTable.create(LARGE)) {
      for (int i = 0; i < LARGE.entriesMax(); i++) {
        table.put(TableContract.slice("k" + i), TableContract.slice("v"));
        if (i >= 100 && i % 2 == 0) {
          assertThat(table.remove(TableContract.slice("k" + (i - 100)))).isTrue();
        } else if (i >= 100) {
          table.put(TableContract.slice("k" + (i - 100)), TableContract.slice("replaced"));
        }
      }
      var into = new Slice(0);
      for (int i = 0; i < LARGE.entriesMax() - 100; i++) {
        boolean there = table.get(TableContract.slice("k" + i), into);
        assertThat(there).isEqualTo(i % 2 == 1);
        if (there) {
          assertThat(into.toByteString().toStringUtf8()).isEqualTo("replaced");
        }
      }
      assertThat(table.size()).isEqualTo(LARGE.entriesMax() / 2 + 50);
    }
  }

  @Test
  void aWalkKeepsItsLayoutAndTheTableGrowsOnWithoutIt() {
    try (var table = ChronicleTable.create(LARGE)) {
      table.put(TableContract.slice("k"), TableContract.slice("v"));
      var walk = table.walk(0);
      for (int i = 0; i < 100_000; i++) {
        table.put(TableContract.slice("k" + i), TableContract.slice("v"));
      }
      try (var later = table.walk(0)) {
        assertThat(later.layout()).isNotEqualTo(walk.layout());
        assertThat(later.segments()).isGreaterThan(walk.segments());
      }
      var seen = new AtomicBoolean();
      while (walk.next(
          (key, value) ->
              seen.compareAndSet(false, key.toByteString().toStringUtf8().equals("k")))) {}
      assertThat(seen).isTrue();
      walk.close();
    }
  }

  @Test
  void closingWaitsForAWalkThatIsUnderWay() throws Exception {
    var table = ChronicleTable.create(LARGE);
    table.put(TableContract.slice("k"), TableContract.slice("v"));
    var walk = table.walk(0);
    try (var closer = Executors.newSingleThreadExecutor()) {
      var closed = closer.submit(table::close);
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> refuses(() -> table.get(TableContract.slice("k"), new Slice(0))));
      assertThat(closed.isDone()).isFalse();
      while (walk.next((key, value) -> {})) {}
      walk.close();
      closed.get(5, TimeUnit.SECONDS);
    }
    assertThatThrownBy(() -> table.put(TableContract.slice("k"), TableContract.slice("v")))
        .isInstanceOf(IllegalStateException.class);
  }

  /** A reader inside a map whose memory is gone ends the process. */
  @Test
  void aRetiredLayoutIsClosedUnderReadersWithoutOneBeingInside() throws Exception {
    var current = new AtomicReference<>(layout());
    var stop = new AtomicBoolean();
    try (var threads = Executors.newFixedThreadPool(3)) {
      Runnable reader =
          () -> {
            var into = new Slice(16);
            var key = TableContract.slice("k");
            int stripe = TableLayout.stripe();
            while (!stop.get()) {
              var layout = current.get();
              if (layout.enter(stripe)) {
                assertThat(layout.map().getUsing(key, into)).isNotNull();
                layout.leave(stripe);
              }
            }
          };
      var readers =
          java.util.stream.Stream.of(reader, reader, reader).map(threads::submit).toList();
      for (int i = 0; i < 300; i++) {
        var old = current.getAndSet(layout());
        old.retire();
        assertThat(old.closeAfterLastReader(Duration.ofSeconds(10).toNanos())).isTrue();
      }
      stop.set(true);
      for (var running : readers) {
        running.get(10, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void largeValuesThatWereReplacedOrRemovedGiveTheirPlaceBack() {
    try (var table = ChronicleTable.create(LARGE)) {
      var value = new Slice(0);
      value.resize(1024 * 1024);
      for (int i = 0; i < 1_000; i++) {
        assertThat(table.put(TableContract.slice("k" + i % 10), value)).isTrue();
      }
      assertThat(table.large().size()).isEqualTo(10);
      table.remove(TableContract.slice("k0"));
      table.put(TableContract.slice("k1"), TableContract.slice("small"));
      assertThat(table.large().size()).isEqualTo(8);
    }
  }

  @Test
  void settingsOutOfRangeAreAllReported() {
    assertThatThrownBy(() -> new TableConfig(0, -1))
        .hasMessageContaining("entriesMax is 0")
        .hasMessageContaining("bytesMax is -1");
  }

  private static TableLayout layout() {
    var layout = new TableLayout(1, 1_000);
    layout.put(TableContract.slice("k"), TableContract.slice("v"), CellGuard.ANY);
    return layout;
  }

  private static boolean refuses(Runnable action) {
    try {
      action.run();
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  @Test
  void aTableThatWasToldHowMuchComesDoesNotGrow() {
    try (var table = ChronicleTable.create(LARGE)) {
      table.expect(LARGE.entriesMax());
      long number = table.small().current().number();
      for (int i = 0; i < LARGE.entriesMax(); i++) {
        assertThat(table.put(TableContract.slice("k" + i), TableContract.slice("v"))).isTrue();
      }
      table.expect(2 * LARGE.entriesMax());
      assertThat(table.small().current().number()).isEqualTo(number);
      assertThat(table.size()).isEqualTo(LARGE.entriesMax());
    }
  }
}
