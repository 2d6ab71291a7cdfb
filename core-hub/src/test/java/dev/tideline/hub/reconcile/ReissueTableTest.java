package dev.tideline.hub.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;
import dev.tideline.model.Verdict;
import org.junit.jupiter.api.Test;

/** What mutations were issued again as. */
final class ReissueTableTest {

  private static final EdgeId EDGE = new EdgeId("a");
  private static final MutationId ORIGINAL = new MutationId(EDGE, 10, 7);
  private static final MutationId ONE = new MutationId(EDGE, 20, 1);
  private static final MutationId OTHER = new MutationId(EDGE, 30, 1);

  private final ReissueTable table = new ReissueTable();

  @Test
  void aDuplicateChangesNothing() {
    table.put(ORIGINAL, ONE, Verdict.APPLIED);
    table.put(ORIGINAL, OTHER, Verdict.DUPLICATE);
    assertThat(table.latest(ORIGINAL)).contains(ONE);
  }

  @Test
  void whatIsDecidedOnceMoreIsStillTheSame() {
    table.put(ORIGINAL, ONE, Verdict.REJECTED);
    table.put(ORIGINAL, ONE, Verdict.REJECTED);
    assertThat(table.latest(ORIGINAL)).contains(ONE);
  }

  @Test
  void ofTwoThatAreNotKnownToBeTheSameNobodyCanSayWhichIsMeant() {
    table.put(ORIGINAL, ONE, Verdict.REJECTED);
    table.put(ORIGINAL, OTHER, Verdict.APPLIED);
    assertThat(table.holds(ORIGINAL)).isTrue();
    assertThat(table.latest(ORIGINAL)).isEmpty();
    table.put(ORIGINAL, ONE, Verdict.REJECTED);
    assertThat(table.latest(ORIGINAL)).isEmpty();
  }

  @Test
  void aSourceThatIsForgottenTellsUpToWhereItWasIssuedAgain() {
    table.put(ORIGINAL, ONE, Verdict.APPLIED);
    assertThat(table.highest(Source.of(ONE))).isZero();
    assertThat(table.highest(Source.of(ORIGINAL))).isEqualTo(7);
    table.forget(Source.of(ORIGINAL));
    assertThat(table.holds(ORIGINAL)).isFalse();
  }
}
