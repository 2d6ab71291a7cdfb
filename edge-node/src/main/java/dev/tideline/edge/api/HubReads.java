package dev.tideline.edge.api;

import dev.tideline.edge.replica.Reading;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.uplink.UplinkDriver;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.wire.v1.ReadAnswer;
import java.time.Duration;
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

  HubReads(ReplicaDriver replica, UplinkDriver uplink) {
    this.replica = replica;
    this.uplink = uplink;
  }

  /** Why a key is not answered from here. */
  Refusal notHeld(QualifiedKey key) {
    return new Refusal(code(key), whyNot(key), "read one key at a time: that asks the hub");
  }

  /** Completes normally within the deadline: every failure is a refusal. */
  CompletableFuture<ReadResult> read(QualifiedKey key, ReadDemand demand, Duration within) {
    return ask(new Question(key, demand, System.nanoTime() + within.toNanos(), within));
  }

  private record Question(QualifiedKey key, ReadDemand demand, long untilNs, Duration within) {}

  private CompletableFuture<ReadResult> ask(Question question) {
    long askedNs = System.nanoTime();
    long leftMs = Math.max(0, TimeUnit.NANOSECONDS.toMillis(question.untilNs - askedNs));
    return uplink
        .readThrough(question.key, leftMs)
        .handle(
            (answer, failure) ->
                failure == null
                    ? answered(question, answer, askedNs)
                    : Optional.<ReadResult>of(unanswered(question, failure)))
        .thenCompose(
            result ->
                result.map(CompletableFuture::completedFuture).orElseGet(() -> ask(question)));
  }

  /** Whatever was decided since the question may be missing: that is how old the answer may be. */
  private Optional<ReadResult> answered(Question question, ReadAnswer answer, long askedNs) {
    long stalenessMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedNs);
    return replica
        .reads()
        .read(answer, question.key)
        .map(
            reading ->
                question
                    .demand
                    .unmet(stalenessMs, token -> holds(reading, token))
                    .<ReadResult>map(ReadResult.Refused::new)
                    .orElseGet(() -> new ReadResult.Read(reading, stalenessMs, true)));
  }

  private boolean holds(Reading reading, VersionToken token) {
    return token.partition() == reading.token().partition()
        ? replica.reads().holds(token, reading.token().context().seen())
        : replica.reads().holds(token);
  }

  private ReadResult unanswered(Question question, Throwable failure) {
    var why =
        failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException
            ? "the hub did not answer within %d ms".formatted(question.within.toMillis())
            : "the hub was not asked: " + message(failure);
    return new ReadResult.Refused(
        new Refusal(
            code(question.key),
            "%s, and %s".formatted(whyNot(question.key), why),
            "read again when the hub is reachable, or at an edge that holds the key"));
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
