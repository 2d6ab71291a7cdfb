package dev.tideline.hub.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What mutations were issued again as. */
final class ReissueTableTest {

  private static final EdgeId EDGE = new EdgeId("a");
  private static final MutationId ORIGINAL = new MutationId(EDGE, 10, 7);
  private static final MutationId ONE = new MutationId(EDGE, 20, 1);
  private static final MutationId OTHER = new MutationId(EDGE, 30, 1);

  private final Set<MutationId> counted = new HashSet<>();
  private final ReissueTable table = new ReissueTable(counted::contains);

  private void decide(MutationId id, boolean counts) {
    if (counts) {
      counted.add(id);
    }
    table.put(ORIGINAL, id);
  }

  @Test
  void aDuplicateChangesNothing() {
    decide(ONE, true);
    decide(OTHER, false);
    assertThat(table.latest(ORIGINAL)).contains(ONE);
  }

  @Test
  void whatCountsTakesThePlaceOfWhatDoesNot() {
    decide(ONE, false);
    decide(OTHER, true);
    assertThat(table.latest(ORIGINAL)).contains(OTHER);
  }

  @Test
  void ofTwoThatCountNobodyCanSayWhichIsMeant() {
    decide(ONE, true);
    decide(OTHER, true);
    assertThat(table.holds(ORIGINAL)).isTrue();
    assertThat(table.latest(ORIGINAL)).isEmpty();
    decide(ONE, true);
    assertThat(table.latest(ORIGINAL)).isEmpty();
  }

  @Test
  void aSourceThatIsForgottenTellsUpToWhereItWasIssuedAgain() {
    decide(ONE, true);
    assertThat(table.forget(Source.of(ONE))).isZero();
    assertThat(table.forget(Source.of(ORIGINAL))).isEqualTo(7);
    assertThat(table.holds(ORIGINAL)).isFalse();
  }
}
