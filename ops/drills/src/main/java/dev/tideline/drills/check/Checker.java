package dev.tideline.drills.check;

import dev.tideline.client.Bytes;
import dev.tideline.client.ReceiptStatus;
import dev.tideline.client.Reply;
import dev.tideline.client.Value;
import dev.tideline.drills.load.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Holds what was promised against what the nodes say, each over its own HTTP port.
 *
 * <p>A counter that is nearer to zero than the scans add up to lacks units, one beyond it has too
 * many; where additions and subtractions meet under one key the two cannot be told apart from the
 * total alone, but either way the difference is counted.
 */
public final class Checker {

  /** Enough to see what is wrong; the rest is counted. */
  private static final int COMPLAINTS_PER_KIND = 3;

  private static final String INVENTORY = "inventory";

  private final Installation installation;
  private final Ledger ledger;
  private final Consumer<String> progress;
  private final ConcurrentHashMap<String, Long> verdicts = new ConcurrentHashMap<>();
  private final LongAdder unitsMissing = new LongAdder();
  private final LongAdder unitsSurplus = new LongAdder();
  private final Map<String, Long> counts = new HashMap<>();
  private final List<String> complaints = new ArrayList<>();

  /**
   * A check of one installation.
   *
   * @param progress hears what is being done
   */
  public Checker(Installation installation, Ledger ledger, Consumer<String> progress) {
    this.installation = installation;
    this.ledger = ledger;
    this.progress = progress;
  }

  /**
   * Waits until nothing is on its way, then checks everything.
   *
   * @param totals what each counter of {@code inventory} must be
   * @param patience how long to wait for the nodes to come to rest
   */
  public Findings check(Map<String, Long> totals, Duration patience) {
    progress.accept("waiting until nothing is undecided and every edge has caught up");
    var missing = Quiescence.await(installation, patience);
    missing.forEach(line -> complain("rest", "not at rest: " + line));
    var promises = ledger.promises();
    progress.accept("asking after %,d receipts, each at its edge".formatted(promises.size()));
    Parallel.forEach(promises, this::checkPromise);
    var keys = ledger.keys();
    progress.accept(
        "reading %,d keys at the hub and %d edges"
            .formatted(keys.size(), installation.edges().size()));
    Parallel.forEach(keys, key -> checkKey(key, totals));
    checkUntouched(Set.copyOf(keys), totals);
    return new Findings(
        missing.isEmpty(),
        keys.size(),
        count("differs"),
        promises.size(),
        count("receipt"),
        unitsMissing.sum(),
        unitsSurplus.sum(),
        new TreeMap<>(verdicts),
        List.copyOf(complaints));
  }

  private void checkPromise(Ledger.Promise promise) {
    var edge = installation.edges().get(promise.edge());
    var reply = edge.client().receipt(promise.receipt());
    if (reply instanceof Reply.Ok<ReceiptStatus>(var status)
        && status.state() == ReceiptStatus.State.DECIDED) {
      verdicts.merge(status.verdict().orElse("without a name"), 1L, Long::sum);
      return;
    }
    complain(
        "receipt",
        "receipt %s has no verdict at edge %s: %s"
            .formatted(promise.receipt(), edge.id(), describeReceipt(reply)));
  }

  private static String describeReceipt(Reply<ReceiptStatus> reply) {
    return switch (reply) {
      case Reply.Ok<ReceiptStatus>(var status) -> status.state().name();
      case Reply.Refused<ReceiptStatus>(var problem) -> problem.sentence();
      case Reply.Unreachable<ReceiptStatus>(var address, var reason, var sent) ->
          "unreachable at %s (%s)".formatted(address, reason);
    };
  }

  private void checkKey(Ledger.TouchedKey key, Map<String, Long> totals) {
    var name = key.namespace() + "/" + key.key();
    var hub = installation.hub().get(key.namespace(), key.key());
    if (!isAnswer(hub)) {
      complain("differs", "%s cannot be read at the hub: %s".formatted(name, describe(hub)));
      return;
    }
    for (var edge : installation.edges()) {
      var there = edge.client().get(key.namespace(), key.key());
      if (!describe(there).equals(describe(hub))) {
        complain(
            "differs",
            "%s is %s at the hub and %s at edge %s"
                .formatted(name, describe(hub), describe(there), edge.id()));
        break;
      }
    }
    if (key.namespace().equals(INVENTORY)) {
      addUnits(name, totals.getOrDefault(key.key(), 0L), counterOf(hub));
    }
  }

  /** A total that nobody even tried to write is missing as a whole. */
  private void checkUntouched(Set<Ledger.TouchedKey> touched, Map<String, Long> totals) {
    totals.forEach(
        (key, total) -> {
          if (!touched.contains(new Ledger.TouchedKey(INVENTORY, key))) {
            addUnits(INVENTORY + "/" + key, total, 0);
          }
        });
  }

  private void addUnits(String name, long expected, long actual) {
    if (actual == expected) {
      return;
    }
    boolean surplus = expected >= 0 ? actual > expected : actual < expected;
    (surplus ? unitsSurplus : unitsMissing).add(Math.abs(Math.subtractExact(actual, expected)));
    complain(
        surplus ? "surplus" : "missing",
        "%s is %d, the scans add up to %d".formatted(name, actual, expected));
  }

  private synchronized void complain(String kind, String complaint) {
    if (counts.merge(kind, 1L, Long::sum) <= COMPLAINTS_PER_KIND) {
      complaints.add(complaint);
    }
  }

  private synchronized long count(String kind) {
    return counts.getOrDefault(kind, 0L);
  }

  private static long counterOf(Reply<Value> reply) {
    return reply instanceof Reply.Ok<Value>(var value) ? Long.parseLong(value.bytes().text()) : 0;
  }

  /** Whether a node said what it has: a value, or that there is none. */
  private static boolean isAnswer(Reply<Value> reply) {
    return switch (reply) {
      case Reply.Ok<Value> ok -> true;
      case Reply.Refused<Value>(var problem) -> problem.status() == 404;
      case Reply.Unreachable<Value> none -> false;
    };
  }

  /** In words that are equal only if the bytes and their content type are. */
  private static String describe(Reply<Value> reply) {
    return switch (reply) {
      case Reply.Ok<Value>(var value) -> value.contentType() + " " + quote(value.bytes());
      case Reply.Refused<Value>(var problem) when problem.status() == 404 -> "nothing";
      case Reply.Refused<Value>(var problem) -> problem.sentence();
      case Reply.Unreachable<Value>(var address, var reason, var sent) ->
          "unreachable at %s (%s)".formatted(address, reason);
    };
  }

  private static String quote(Bytes bytes) {
    var text = bytes.text();
    boolean readable =
        Bytes.utf8(text).equals(bytes) && text.chars().noneMatch(Character::isISOControl);
    return readable ? "'" + text + "'" : "0x" + HexFormat.of().formatHex(bytes.toArray());
  }
}
