package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class InMemoryTableTest extends TableContract {

  @Override
  Table create(TableConfig config) {
    return new InMemoryTable(config);
  }

  @Test
  void entriesAreVisitedInTheOrderOfTheirKeysAndTheLayoutChangesAsTheTableGrows() {
    var random = new Random(3);
    long layout;
    try (var walk = table().walk(0)) {
      layout = walk.layout();
    }
    for (int i = 0; i < 1_000; i++) {
      var key = new byte[1 + random.nextInt(6)];
      random.nextBytes(key);
      table().put(Slice.copyOf(ByteString.copyFrom(key)), TableContract.slice("v"));
    }
    var keys = new ArrayList<ByteString>();
    try (var walk = table().walk(0)) {
      assertThat(walk.segments()).isGreaterThan(4);
      assertThat(walk.layout()).isNotEqualTo(layout);
      while (walk.next((key, value) -> keys.add(key.toByteString()))) {}
    }
    assertThat(keys).isSortedAccordingTo(ByteString.unsignedLexicographicalComparator());
  }
}
