package dev.tideline.drills.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.drills.chaos.history.Operation.Action;
import dev.tideline.drills.chaos.history.Operation.Level;
import dev.tideline.drills.chaos.history.Operation.Outcome;
import dev.tideline.drills.chaos.history.Violation.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Each rule is broken once on purpose, and must be found broken; what is allowed must pass. */
final class HistoryCheckerTest {
  private static final String COUNTER = "inventory/z/k";
  private static final String REGISTER = "players/z/k";

  private final List<Operation> operations = new ArrayList<>();
  private final List<Loss> losses = new ArrayList<>();
  private final Map<String, String> receipts = new HashMap<>();
  private final Map<String, Map<String, String>> values = new TreeMap<>();
  private long now;

  @Test
  void whatWasAcknowledgedAndIsThereEverywherePasses() {
    acknowledged("a", COUNTER, new Action.Add(3, "i1"));
    acknowledged("b", COUNTER, new Action.Add(4, "i2"));
    read("a", COUNTER, "3");
    acknowledged("a", REGISTER, new Action.Put("v1"));
    acknowledged("a", REGISTER, new Action.Put("v2"));
    read("a", REGISTER, "v2");
    ends(COUNTER, "7");
    ends(REGISTER, "v2");
    assertThat(check()).isEmpty();
  }

  @Test
  void nodesThatDifferAreFound() {
    acknowledged("a", COUNTER, new Action.Add(3, "i1"));
    values.put(COUNTER, Map.of("hub", "3", "a", "3", "b", "0"));
    assertThat(rules()).containsExactly(Rule.CONVERGED);
  }

  @Test
  void aKeyThatCannotBeReadIsFound() {
    acknowledged("a", COUNTER, new Action.Add(3, "i1"));
    ends(COUNTER, "!TL-LOADING");
    assertThat(rules()).containsExactly(Rule.CONVERGED);
  }

  @Test
  void aLostAdditionIsFound() {
    acknowledged("a", COUNTER, new Action.Add(3, "i1"));
    acknowledged("a", COUNTER, new Action.Add(4, "i2"));
    ends(COUNTER, "3");
    assertThat(rules()).containsExactly(Rule.COUNTED_ONCE);
  }

  @Test
  void anAdditionThatCountsTwiceIsFound() {
    acknowledged("a", COUNTER, new Action.Add(3, "i1"));
    acknowledged("b", COUNTER, new Action.Add(3, "i1"));
    ends(COUNTER, "6");
    assertThat(rules()).containsExactly(Rule.COUNTED_ONCE);
  }

  @Test
  void aRefusedAdditionThatCountsIsFound() {
    add("a", COUNTER, new Action.Add(3, "i1"), new Outcome.Refused("TL-NOT-ACCEPTED"));
    ends(COUNTER, "3");
    assertThat(rules()).containsExactly(Rule.COUNTED_ONCE);
  }

  @Test
  void anAdditionWithoutAnAnswerMayCountOrNot() {
    acknowledged("a", COUNTER, new Action.Add(3, "i1"));
    add("a", COUNTER, new Action.Add(5, "i2"), new Outcome.Unknown("timeout"));
    ends(COUNTER, "3");
    assertThat(check()).isEmpty();
    ends(COUNTER, "8");
    assertThat(check()).isEmpty();
    ends(COUNTER, "6");
    assertThat(rules()).containsExactly(Rule.COUNTED_ONCE);
  }

  @Test
  void whatALostDiskHeldAloneMayBeGoneAndNothingElse() {
    acknowledged("a", COUNTER, new Action.Add(1, "settled"));
    long settledNs = ++now;
    acknowledged("a", COUNTER, new Action.Add(2, "alone"));
    receipts.put(receipt(), "LOST");
    acknowledgedByHub("a", COUNTER, new Action.Add(4, "at the hub"));
    losses.add(new Loss("a", Loss.Kind.DISK, settledNs, ++now, "wiped"));
    acknowledged("a", COUNTER, new Action.Add(8, "afterwards"));
    ends(COUNTER, "13");
    assertThat(check()).isEmpty();
    ends(COUNTER, "15");
    assertThat(check()).isEmpty();
    for (var wrong : List.of("12", "9", "5")) {
      ends(COUNTER, wrong);
      assertThat(rules()).as(wrong).containsExactly(Rule.COUNTED_ONCE);
    }
  }

  @Test
  void whatALostDiskHeldAndTheHubKnowsCounts() {
    acknowledged("a", COUNTER, new Action.Add(2, "alone"));
    losses.add(new Loss("a", Loss.Kind.DISK, 0, ++now, "wiped"));
    ends(COUNTER, "0");
    assertThat(rules()).containsExactly(Rule.COUNTED_ONCE);
  }

  @Test
  void aReceiptWithoutAVerdictIsFound() {
    acknowledged("a", COUNTER, new Action.Add(3, "i1"));
    receipts.put(receipt(), "PENDING");
    ends(COUNTER, "3");
    assertThat(rules()).containsExactly(Rule.DECIDED);
  }

  @Test
  void aVerdictThatUndoesWhatWasAcknowledgedIsFound() {
    acknowledged("a", REGISTER, new Action.Put("v1"));
    receipts.put(receipt(), "DECIDED QUARANTINED");
    ends(REGISTER, "v1");
    assertThat(rules()).containsExactly(Rule.DECIDED);
  }

  @Test
  void aLostReceiptOfWhatTheHubAcknowledgedIsFoundWhateverHappenedToTheEdge() {
    acknowledgedByHub("a", COUNTER, new Action.Add(3, "i1"));
    receipts.put(receipt(), "LOST");
    losses.add(new Loss("a", Loss.Kind.DISK, 0, ++now, "wiped"));
    ends(COUNTER, "3");
    assertThat(rules()).containsExactly(Rule.DECIDED);
  }

  @Test
  void aValueThatNobodyWroteIsFound() {
    acknowledged("a", REGISTER, new Action.Put("v1"));
    read("b", REGISTER, "ghost");
    ends(REGISTER, "v1");
    assertThat(rules()).containsExactly(Rule.WRITTEN);
  }

  @Test
  void aRefusedValueThatIsShownIsFound() {
    acknowledged("a", REGISTER, new Action.Put("v1"));
    add("a", REGISTER, new Action.Put("v2"), new Outcome.Refused("TL-NOT-ACCEPTED"));
    ends(REGISTER, "v2");
    assertThat(rules()).contains(Rule.WRITTEN);
  }

  @Test
  void aValueThatComesBackAfterItWasReplacedIsFound() {
    acknowledged("a", REGISTER, new Action.Put("v1"));
    read("b", REGISTER, "v1");
    acknowledged("b", REGISTER, new Action.Put("v2"));
    ends(REGISTER, "v1");
    assertThat(rules()).containsExactly(Rule.NOT_UNDONE);
  }

  @Test
  void anOldValueThatAnEdgeShowsAgainIsFound() {
    acknowledged("a", REGISTER, new Action.Put("v1"));
    acknowledged("a", REGISTER, new Action.Put("v2"));
    read("a", REGISTER, "v1");
    ends(REGISTER, "v2");
    assertThat(rules()).containsExactly(Rule.NOT_UNDONE);
  }

  @Test
  void aLostValueIsFound() {
    acknowledged("a", REGISTER, new Action.Put("v1"));
    ends(REGISTER, "");
    assertThat(rules()).containsExactly(Rule.NOT_UNDONE);
  }

  @Test
  void ofTwoWhoDidNotSeeEachOtherEitherMayWin() {
    acknowledged("a", REGISTER, new Action.Put("v1"));
    acknowledged("b", REGISTER, new Action.Put("v2"));
    ends(REGISTER, "v1");
    assertThat(check()).isEmpty();
    ends(REGISTER, "v2");
    assertThat(check()).isEmpty();
  }

  @Test
  void anEdgeThatWasSetBackMayShowAnOldValueForAWhile() {
    acknowledged("a", REGISTER, new Action.Put("v1"));
    acknowledged("a", REGISTER, new Action.Put("v2"));
    losses.add(new Loss("a", Loss.Kind.DISK, now, ++now, "set back"));
    read("a", REGISTER, "v1");
    ends(REGISTER, "v2");
    assertThat(check()).isEmpty();
    ends(REGISTER, "v1");
    assertThat(rules()).containsExactly(Rule.NOT_UNDONE);
  }

  @Test
  void aLostMachineTakesWhatWasOnlyInMemoryAndNothingElse() {
    add("a", COUNTER, new Action.Add(1, "i1"), new Outcome.Acknowledged(Level.MEMORY, "r1"));
    receipts.put("r1", "LOST");
    acknowledged("a", COUNTER, new Action.Add(2, "i2"));
    losses.add(new Loss("a", Loss.Kind.MACHINE, 0, ++now, "power"));
    read("a", COUNTER, "2");
    ends(COUNTER, "2");
    assertThat(check()).isEmpty();
    read("a", COUNTER, "1");
    assertThat(rules()).containsExactly(Rule.OWN_WRITES);
    ends(COUNTER, "1");
    assertThat(rules()).contains(Rule.COUNTED_ONCE);
  }

  @Test
  void anOldValueAfterALostMachineIsFoundIfItsSuccessorWasOnDisk() {
    acknowledged("a", REGISTER, new Action.Put("v1"));
    acknowledged("a", REGISTER, new Action.Put("v2"));
    losses.add(new Loss("a", Loss.Kind.MACHINE, 0, ++now, "power"));
    read("a", REGISTER, "v1");
    ends(REGISTER, "v2");
    assertThat(rules()).containsExactly(Rule.NOT_UNDONE);
  }

  @Test
  void anEdgeThatShowsLessThanItAcknowledgedIsFound() {
    acknowledged("a", COUNTER, new Action.Add(3, "i1"));
    read("a", COUNTER, "");
    read("b", COUNTER, "");
    ends(COUNTER, "3");
    assertThat(rules()).containsExactly(Rule.OWN_WRITES);
  }

  private void acknowledged(String edge, String key, Action action) {
    add(edge, key, action, new Outcome.Acknowledged(Level.DISK, "r" + (operations.size() + 1)));
    receipts.put(receipt(), "DECIDED APPLIED");
  }

  private void acknowledgedByHub(String edge, String key, Action action) {
    add(edge, key, action, new Outcome.Acknowledged(Level.HUB, "r" + (operations.size() + 1)));
    receipts.put(receipt(), "DECIDED APPLIED");
  }

  /** Of the last operation. */
  private String receipt() {
    return "r" + operations.size();
  }

  private void read(String edge, String key, String value) {
    add(edge, key, new Action.Read(), new Outcome.Value(value));
  }

  private void add(String edge, String key, Action action, Outcome outcome) {
    operations.add(
        new Operation(operations.size() + 1, "c", edge, key, action, outcome, ++now, ++now));
  }

  private void ends(String key, String value) {
    values.put(key, Map.of("hub", value, "a", value, "b", value));
  }

  private List<Violation> check() {
    return HistoryChecker.check(operations, losses, new FinalState(values, receipts));
  }

  private List<Rule> rules() {
    return check().stream().map(Violation::rule).distinct().toList();
  }
}
