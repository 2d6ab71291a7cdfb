package dev.tideline.edge.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;
import org.junit.jupiter.api.Test;

class PlacesTest {

  private final Places places = new Places();

  @Test
  void theNewestAreKnown() {
    int all = Places.MAX + 100;
    for (int i = 1; i <= all; i++) {
      places.note(i % 3, id(i), 10L * i);
    }
    assertThat(revision(places, id(100))).as("no longer known").isZero();
    var known = places.of(id(1).edge());
    for (int i = 101; i <= all; i++) {
      assertThat(known.getOrDefault(id(i), 0L)).isEqualTo(10L * i);
    }
  }

  @Test
  void whatLiesBehindAForkIsForgotten() {
    places.note(1, id(1), 5);
    places.note(1, id(2), 6);
    places.note(2, id(3), 6);
    places.lose(1, 5);
    assertThat(revision(places, id(1))).isEqualTo(5);
    assertThat(revision(places, id(2))).isZero();
    assertThat(revision(places, id(3))).isEqualTo(6);
    assertThat(revision(places, new MutationId(new EdgeId("b"), 7, 3))).isZero();
  }

  @Test
  void aCheckpointKeepsThemInTheirOrder() {
    for (int i = 1; i <= Places.MAX + 7; i++) {
      places.note(i % 5, id(i), i);
    }
    var restored = new Places();
    places.copy().encode((partition, revision) -> 9).forEach(restored::restore);
    var known = restored.of(id(1).edge());
    for (int i = 8; i <= Places.MAX + 7; i++) {
      assertThat(known.getOrDefault(id(i), 0L)).isEqualTo(i);
    }
  }

  private static long revision(Places places, MutationId id) {
    return places.of(id.edge()).getOrDefault(id, 0L);
  }

  private static MutationId id(long sequence) {
    return new MutationId(new EdgeId("a"), 7, sequence);
  }
}
