package dev.tideline.edge.api;

import dev.tideline.edge.replica.Reading;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.uplink.UplinkDriver;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.SizeLimits;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.Refusal;
import dev.tideline.wire.v1.ReadAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads of keys that are not held here: outside the interest, or still being loaded. The hub is
 * asked, within a deadline; who asks does not wait on a thread. Safe from any thread.
 */
final class HubReads {

  /** An answer costs the hub one sync at most; who has not answered by then is not there. */
  static final Duration WITHIN = Duration.ofSeconds(2);

  private final ReplicaDriver replica;
  private final UplinkDriver uplink;
  private final Machine machine;

  HubReads(ReplicaDriver replica, UplinkDriver uplink, Machine machine) {
    this.replica = replica;
    this.uplink = uplink;
    this.machine = machine;
  }

  /** Why a key is not answered from here. */
  Refusal notHeld(QualifiedKey key) {
    return new Refusal(code(key), whyNot(key), "a read that may ask the hub");
  }

  /** Completes normally within the deadline: every failure is a refusal. */
  CompletableFuture<ReadResult> read(QualifiedKey key, ReadDemand demand, Duration within) {
    return readAll(List.of(key), demand, within).thenApply(List::getFirst);
  }

  /**
   * The same of 1 to {@value EdgeGateway#READ_KEYS_MAX} keys of one zone, as they all were at one
   * moment; one refusal stands for all.
   */
  CompletableFuture<List<ReadResult>> readAll(
      List<QualifiedKey> keys, ReadDemand demand, Duration within) {
    return ask(new Question(keys, demand, now().monotonicNs + within.toNanos(), within));
  }

  private record Question(
      List<QualifiedKey> keys, ReadDemand demand, long untilNs, Duration within) {}

  private record Moment(long wallMs, long monotonicNs) {}

  private Moment now() {
    return new Moment(machine.clock().millis(), machine.monotonicNs().getAsLong());
  }

  private CompletableFuture<List<ReadResult>> ask(Question question) {
    var asked = now();
    long leftMs = Math.max(0, TimeUnit.NANOSECONDS.toMillis(question.untilNs - asked.monotonicNs));
    return uplink
        .readThrough(question.keys, leftMs)
        .handle(
            (answer, failure) ->
                failure == null
                    ? answered(question, answer, stalenessMs(asked))
                    : Optional.of(unanswered(question, failure)))
        .thenCompose(
            result ->
                result.map(CompletableFuture::completedFuture).orElseGet(() -> ask(question)));
  }

  /**
   * Whatever was decided since the question may be missing: that is how old the answer may be. Of a
   * machine that slept meanwhile one of the clocks may have stood.
   */
  private long stalenessMs(Moment asked) {
    var now = now();
    long byMonotonic = TimeUnit.NANOSECONDS.toMillis(now.monotonicNs - asked.monotonicNs);
    return Math.max(byMonotonic, now.wallMs - asked.wallMs);
  }

  private Optional<List<ReadResult>> answered(
      Question question, ReadAnswer answer, long stalenessMs) {
    if (answer.getTooLarge()) {
      return Optional.of(
          refused(
              ErrorCode.TOO_LARGE,
              "the values of the %d keys are too large to be read together"
                  .formatted(question.keys.size()),
              "fewer keys: of the hub at most %d bytes".formatted(SizeLimits.READ_BYTES_MAX)));
    }
    return replica
        .reads()
        .read(answer, question.keys)
        .map(readings -> judged(question.demand, readings, stalenessMs));
  }

  private List<ReadResult> judged(ReadDemand demand, List<Reading> readings, long stalenessMs) {
    return demand
        .unmet(stalenessMs, token -> holds(readings.getFirst(), token))
        .map(refusal -> List.<ReadResult>of(new ReadResult.Refused(refusal)))
        .orElseGet(
            () ->
                readings.stream()
                    .<ReadResult>map(reading -> new ReadResult.Read(reading, stalenessMs, true))
                    .toList());
  }

  private boolean holds(Reading reading, VersionToken token) {
    return token.partition() == reading.token().partition()
        ? replica.reads().holds(token, reading.token().context().seen())
        : replica.reads().holds(token);
  }

  private List<ReadResult> unanswered(Question question, Throwable failure) {
    var why =
        failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException
            ? "the hub did not answer within %d ms".formatted(question.within.toMillis())
            : "the hub was not asked: " + message(failure);
    var key =
        question.keys.stream()
            .filter(each -> !replica.reads().holds(each))
            .findFirst()
            .orElse(question.keys.getFirst());
    return refused(
        code(key),
        "%s, and %s".formatted(whyNot(key), why),
        "read again when the hub is reachable, or at an edge that holds the key");
  }

  private static List<ReadResult> refused(ErrorCode code, String detail, String allowed) {
    return List.of(new ReadResult.Refused(new Refusal(code, detail, allowed)));
  }

  private static String message(Throwable failure) {
    return String.valueOf(
        failure.getCause() == null ? failure.getMessage() : failure.getCause().getMessage());
  }

  private ErrorCode code(QualifiedKey key) {
    return isWanted(key) ? ErrorCode.LOADING : ErrorCode.OUT_OF_INTEREST;
  }

  private String whyNot(QualifiedKey key) {
    return (isWanted(key) ? "'%s' is being loaded" : "'%s' is outside this edge's interest")
        .formatted(key);
  }

  private boolean isWanted(QualifiedKey key) {
    return replica.loads().wanted().covers(key);
  }
}
