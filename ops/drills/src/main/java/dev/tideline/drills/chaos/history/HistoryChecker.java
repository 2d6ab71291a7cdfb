package dev.tideline.drills.chaos.history;

import dev.tideline.drills.chaos.history.Operation.Action;
import dev.tideline.drills.chaos.history.Operation.Outcome;
import dev.tideline.drills.chaos.history.Violation.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds a history against what the nodes hold in the end. Pure: the same record gives the same
 * judgement.
 *
 * <p>An acknowledged write is <em>certain</em>: it happened. So is one whose receipt is decided.
 * One that a {@link Loss} covers, or whose answer never came, may have happened. A refused one must
 * not have.
 */
public final class HistoryChecker {

  private static final Set<String> VERDICTS =
      Set.of("DECIDED APPLIED", "DECIDED MERGED", "DECIDED SUPERSEDED", "DECIDED DUPLICATE");

  private final List<Loss> losses;
  private final FinalState state;
  private final Map<String, List<Operation>> byKey = new TreeMap<>();
  private final List<Violation> violations = new ArrayList<>();

  private HistoryChecker(List<Loss> losses, FinalState state) {
    this.losses = losses;
    this.state = state;
  }

  /** What does not fit, in the order of the keys; empty if all does. */
  public static List<Violation> check(
      Collection<Operation> operations, List<Loss> losses, FinalState state) {
    var checker = new HistoryChecker(losses, state);
    for (var operation : operations) {
      checker.byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
      checker.checkReceipt(operation);
    }
    checker.byKey.forEach(checker::checkKey);
    return List.copyOf(checker.violations);
  }

  private void checkReceipt(Operation operation) {
    if (!(operation.outcome() instanceof Outcome.Acknowledged(var level, var receipt))) {
      return;
    }
    var said = state.receipts().getOrDefault(receipt, "nobody was asked");
    if (state.isDecided(receipt)) {
      if (!VERDICTS.contains(said)) {
        complain(Rule.DECIDED, "operation %d: %s".formatted(operation.number(), said));
      }
    } else if (!mayBeLost(operation)) {
      complain(
          Rule.DECIDED,
          "operation %d, acknowledged by %s (%s) as %s: %s"
              .formatted(operation.number(), operation.edge(), level, receipt, said));
    }
  }

  private void checkKey(String key, List<Operation> operations) {
    var values = state.values().getOrDefault(key, Map.of());
    if (values.isEmpty() || Set.copyOf(values.values()).size() > 1) {
      complain(Rule.CONVERGED, "%s: %s".formatted(key, new TreeMap<>(values)));
      return;
    }
    var last = values.values().iterator().next();
    if (last.startsWith("!")) {
      complain(Rule.CONVERGED, "%s cannot be read: %s".formatted(key, last));
    } else if (operations.stream().anyMatch(each -> each.action() instanceof Action.Add)) {
      checkCounter(key, operations, last);
    } else if (operations.stream().anyMatch(each -> each.action() instanceof Action.Put)) {
      new RegisterCheck(key, operations).check(last);
    }
  }

  private void checkCounter(String key, List<Operation> operations, String last) {
    var intents = new LinkedHashMap<String, Intent>();
    for (var operation : operations) {
      if (operation.action() instanceof Action.Add(var delta, var name)) {
        var intent = intents.computeIfAbsent(name, _ -> new Intent(delta));
        intent.certain |= isCertain(operation);
        intent.possible |= operation.mayHaveEffect();
      }
    }
    long certain = 0;
    var possible = new ArrayList<Long>();
    for (var intent : intents.values()) {
      if (intent.certain) {
        certain += intent.delta;
      } else if (intent.possible) {
        possible.add(intent.delta);
      }
    }
    long total = last.isEmpty() ? 0 : Long.parseLong(last);
    if (!SubsetSum.reaches(possible, total - certain)) {
      complain(
          Rule.COUNTED_ONCE,
          "%s is %d; acknowledged were %d, and perhaps some of %s"
              .formatted(key, total, certain, possible));
    }
    checkOwnAdditions(key, operations);
  }

  /** Additions are positive: an edge never shows less than it has acknowledged. */
  private void checkOwnAdditions(String key, List<Operation> operations) {
    for (var read : operations) {
      if (!(read.outcome() instanceof Outcome.Value(var text))) {
        continue;
      }
      var counted = new HashSet<String>();
      long least = 0;
      for (var add : operations) {
        if (add.action() instanceof Action.Add(var delta, var intent)
            && add.outcome() instanceof Outcome.Acknowledged
            && add.edge().equals(read.edge())
            && add.endNs() < read.startNs()
            && !isHidden(add, read.endNs())
            && counted.add(intent)) {
          least += delta;
        }
      }
      long shown = text.isEmpty() ? 0 : Long.parseLong(text);
      if (shown < least) {
        complain(
            Rule.OWN_WRITES,
            "%s: operation %d read %d at %s, which had acknowledged %d"
                .formatted(key, read.number(), shown, read.edge(), least));
      }
    }
  }

  private boolean isCertain(Operation operation) {
    return operation.outcome() instanceof Outcome.Acknowledged(var level, var receipt)
        && (!mayBeLost(operation) || state.isDecided(receipt));
  }

  private boolean mayBeLost(Operation operation) {
    return losses.stream().anyMatch(loss -> loss.covers(operation));
  }

  private boolean isHidden(Operation operation, long atNs) {
    return losses.stream().anyMatch(loss -> loss.hides(operation, atNs));
  }

  private boolean isSeparated(String edge, long earlierNs, long laterNs) {
    return losses.stream().anyMatch(loss -> loss.separates(edge, earlierNs, laterNs));
  }

  private void complain(Rule rule, String what) {
    violations.add(new Violation(rule, what));
  }

  /** One addition, however often it was sent. */
  private static final class Intent {
    final long delta;
    boolean certain;
    boolean possible;

    Intent(long delta) {
      this.delta = delta;
    }
  }

  /** Registers: whoever saw a value and wrote another has replaced it for good. */
  private final class RegisterCheck {
    private final String key;
    private final List<Operation> operations;

    /** When each edge first showed each value. */
    private final Map<String, Map<String, Long>> shownNs = new TreeMap<>();

    private final Set<String> written = new HashSet<>();

    RegisterCheck(String key, List<Operation> operations) {
      this.key = key;
      this.operations = operations;
      for (var operation : operations) {
        if (operation.action() instanceof Action.Put(var value)) {
          if (operation.mayHaveEffect()) {
            written.add(value);
          }
          if (operation.outcome() instanceof Outcome.Acknowledged) {
            shown(operation, value);
          }
        } else if (operation.outcome() instanceof Outcome.Value(var value)) {
          shown(operation, value);
        }
      }
    }

    private void shown(Operation by, String value) {
      shownNs
          .computeIfAbsent(by.edge(), edge -> new TreeMap<>())
          .merge(value, by.endNs(), Math::min);
    }

    void check(String last) {
      for (var operation : operations) {
        if (operation.outcome() instanceof Outcome.Value(var value)) {
          var where = "operation %d at %s".formatted(operation.number(), operation.edge());
          checkWritten(where, value);
          checkNotUndone(where, value, operation.edge(), operation.startNs());
        }
      }
      checkWritten("the end", last);
      shownNs.keySet().forEach(edge -> checkNotUndone("the end", last, edge, Long.MAX_VALUE));
    }

    private void checkWritten(String where, String value) {
      if (!value.isEmpty() && !written.contains(value)) {
        complain(
            Rule.WRITTEN, "%s: %s shows '%s', which nobody wrote".formatted(key, where, value));
      }
    }

    /**
     * That a value shown was not replaced at the edge before, by somebody who had seen it there.
     */
    private void checkNotUndone(String where, String value, String edge, long atNs) {
      long seenNs =
          value.isEmpty() ? 0 : shownNs.getOrDefault(edge, Map.of()).getOrDefault(value, atNs);
      for (var later : operations) {
        if (later.action() instanceof Action.Put(var replaced)
            && !replaced.equals(value)
            && later.edge().equals(edge)
            && later.startNs() > seenNs
            && later.endNs() < atNs
            && isCertain(later)
            && !isSeparated(edge, value.isEmpty() ? later.startNs() : seenNs, later.startNs())
            && (atNs == Long.MAX_VALUE || !isHidden(later, atNs))) {
          complain(
              Rule.NOT_UNDONE,
              "%s: %s shows '%s', which operation %d had replaced"
                  .formatted(key, where, value, later.number()));
          return;
        }
      }
    }
  }
}
