package dev.tideline.edge.uplink;

import dev.tideline.codec.Ids;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.Deadlines;
import dev.tideline.runtime.Machine;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Located;
import dev.tideline.wire.v1.ReadAnswer;
import dev.tideline.wire.v1.ReadThrough;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Questions to the hub that wait for their answers. Safe for threads. */
final class HubQuestions {

  /** So that a hub that does not answer cannot fill the heap with those who ask. */
  static final int UNANSWERED_MAX = 10_000;

  /** An answer costs the hub one sync at most; who has not answered by then is not there. */
  private static final long LOCATE_TIMEOUT_MS = 2_000;

  /** Not the uplink's: whoever waits goes on there, and may take his time. */
  private final ScheduledExecutorService timer;

  private final Deadlines deadlines;
  private final AtomicLong requests = new AtomicLong();
  private final Map<Long, CompletableFuture<HubFrame>> asked = new ConcurrentHashMap<>();

  HubQuestions(Machine machine) {
    timer = machine.threads().apply("hub-questions");
    deadlines = new Deadlines(timer);
  }

  /** What became of a write. */
  CompletableFuture<Located> locate(Optional<HubStream> to, Receipt receipt) {
    return ask(
            to,
            LOCATE_TIMEOUT_MS,
            request ->
                EdgeFrame.newBuilder()
                    .setLocate(
                        Locate.newBuilder()
                            .setRequest(request)
                            .setId(Ids.encode(receipt.id()))
                            .setPartition(receipt.partition()))
                    .build())
        .thenApply(HubFrame::getLocated);
  }

  /** What became of a mutation whose incarnation was forked, and what it was. */
  CompletableFuture<Located> compare(Optional<HubStream> to, ForkComparison.Question question) {
    return ask(
            to,
            LOCATE_TIMEOUT_MS,
            request ->
                EdgeFrame.newBuilder()
                    .setLocate(
                        Locate.newBuilder()
                            .setRequest(request)
                            .setId(Ids.encode(question.id()))
                            .setPartition(question.partition())
                            .setCompare(true)
                            .setAfterRevision(question.afterRevision())
                            .setLookedTo(question.lookedTo()))
                    .build())
        .thenApply(HubFrame::getLocated);
  }

  /** Keys of one zone as the hub has them, all at one moment. */
  CompletableFuture<ReadAnswer> read(
      Optional<HubStream> to, List<QualifiedKey> keys, long withinMs) {
    return ask(to, withinMs, request -> question(request, keys)).thenApply(HubFrame::getReadAnswer);
  }

  private static EdgeFrame question(long request, List<QualifiedKey> keys) {
    var first = keys.getFirst();
    var read =
        ReadThrough.newBuilder()
            .setRequest(request)
            .setNamespace(first.namespace())
            .setKey(first.key().text());
    for (var further : keys.subList(1, keys.size())) {
      read.addFurther(
          ReadThrough.Target.newBuilder()
              .setNamespace(further.namespace())
              .setKey(further.key().text()));
    }
    return EdgeFrame.newBuilder().setReadThrough(read).build();
  }

  /**
   * Asks; fails if there is no stream, if it ends, or when the time is over.
   *
   * @param question made with the number of the request
   */
  private CompletableFuture<HubFrame> ask(
      Optional<HubStream> to, long withinMs, LongFunction<EdgeFrame> question) {
    var answer = new CompletableFuture<HubFrame>();
    if (to.isEmpty() || asked.size() >= UNANSWERED_MAX) {
      answer.completeExceptionally(
          new IllegalStateException(
              to.isEmpty() ? "the hub is not connected" : "too many questions wait for the hub"));
      return answer;
    }
    long request = requests.incrementAndGet();
    asked.put(request, answer);
    to.get().send(question.apply(request));
    return deadlines
        .within(withinMs, TimeUnit.MILLISECONDS, answer)
        .whenComplete((frame, failure) -> asked.remove(request));
  }

  void answered(long request, HubFrame frame) {
    var answer = asked.remove(request);
    if (answer != null) {
      answer.complete(frame);
    }
  }

  /** Nothing is asked any more. */
  void close() {
    ended("the edge stops");
    timer.shutdown();
  }

  /** The stream ended: nobody answers. */
  void ended(String why) {
    asked.values().forEach(each -> each.completeExceptionally(new IllegalStateException(why)));
    asked.clear();
  }
}
