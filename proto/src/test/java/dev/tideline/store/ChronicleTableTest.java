package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ChronicleTableTest extends TableContract {

  private static final TableConfig SEGMENTED = new TableConfig(200_000, 16, 100);

  @Override
  Table create(TableConfig config) {
    return ChronicleTable.create(config);
  }

  @Test
  void largestValuesThatAllMeetInOneSegmentAreTakenUpToTheLimit() {
    try (var table = ChronicleTable.create(SEGMENTED)) {
      assertThat(table.map().segments()).isGreaterThan(1);
      int taken = fill(table, true);
      assertThat((long) taken * Table.VALUE_BYTES_MAX).isGreaterThan(SEGMENTED.bytesMax() * 9 / 10);
      assertThat(readable(table, taken)).isEqualTo(taken);
      assertThat(table.map().remainingAutoResizes()).isGreaterThan(10);
    }
  }

  @Test
  void largestValuesFindRoomBetweenWhatIsLeftOfManySmallOnes() {
    try (var table = ChronicleTable.create(SEGMENTED)) {
      var value = TableContract.slice("v");
      for (int i = 0; i < SEGMENTED.entriesMax(); i++) {
        assertThat(table.put(TableContract.slice("s" + i), value)).isTrue();
      }
      for (int i = 0; i < SEGMENTED.entriesMax(); i++) {
        if (i % 500 != 0) {
          table.remove(TableContract.slice("s" + i));
        }
      }
      int taken = fill(table, false);
      assertThat((long) taken * Table.VALUE_BYTES_MAX).isGreaterThan(SEGMENTED.bytesMax() * 9 / 10);
      assertThat(table.size()).isEqualTo(taken + SEGMENTED.entriesMax() / 500);
      assertThat(table.map().remainingAutoResizes()).isGreaterThan(10);
    }
  }

  @Test
  void settingsOutOfRangeAreAllReported() {
    assertThatThrownBy(() -> new TableConfig(0, 0, -1))
        .hasMessageContaining("entriesMax is 0")
        .hasMessageContaining("averageKeyBytes is 0")
        .hasMessageContaining("averageValueBytes is -1");
  }

  private static int fill(ChronicleTable table, boolean oneSegment) {
    var value = new Slice(0);
    value.resize(Table.VALUE_BYTES_MAX);
    int taken = 0;
    for (int i = 0; ; i++) {
      var key = TableContract.slice("big" + i);
      if (oneSegment && segment(table, key) != 0) {
        continue;
      }
      if (!table.put(key, value)) {
        return taken;
      }
      taken++;
    }
  }

  private static int segment(ChronicleTable table, Slice key) {
    try (var context = table.map().queryContext(key)) {
      return context.segmentIndex();
    }
  }

  private static int readable(ChronicleTable table, int taken) {
    var into = new Slice(0);
    int found = 0;
    for (int i = 0; found < taken; i++) {
      if (table.get(TableContract.slice("big" + i), into)) {
        assertThat(into.length()).isEqualTo(Table.VALUE_BYTES_MAX);
        found++;
      }
    }
    return found;
  }
}
