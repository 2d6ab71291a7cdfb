package dev.tideline.benchmarks;

import dev.tideline.wire.v1.ChannelAnswer;
import dev.tideline.wire.v1.ChannelRequest;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Asks over an open stream for a while, one request at a time. Where there is no pause each is sent
 * from within the answer to the one before: so nobody is woken here but the network's own thread,
 * as in a client that is made of callbacks.
 */
final class StreamLoop implements StreamObserver<ChannelAnswer> {

  private final Supplier<ChannelRequest.Builder> requests;
  private final Predicate<ChannelAnswer> expected;
  private final Executor pace;
  private final CompletableFuture<Histogram> result = new CompletableFuture<>();
  private final Histogram histogram = new Histogram(3);
  private final long endNs;
  private StreamObserver<ChannelRequest> stream = new Nowhere();
  private long number;
  private long sentNs;

  /**
   * A loop that has yet to begin.
   *
   * @param pace runs what asks next once an answer has come: at once, or after a pause
   */
  StreamLoop(
      Supplier<ChannelRequest.Builder> requests,
      Predicate<ChannelAnswer> expected,
      Executor pace,
      long durationNs) {
    this.requests = requests;
    this.expected = expected;
    this.pace = pace;
    endNs = System.nanoTime() + durationNs;
  }

  /** Begins on a stream whose answers come here; completes when the time is over. */
  CompletableFuture<Histogram> begin(StreamObserver<ChannelRequest> on) {
    stream = on;
    ask();
    return result;
  }

  private void ask() {
    var request = requests.get().setNumber(++number).build();
    sentNs = System.nanoTime();
    stream.onNext(request);
  }

  @Override
  public void onNext(ChannelAnswer answer) {
    long now = System.nanoTime();
    if (answer.getNumber() != number || !expected.test(answer)) {
      onError(new IllegalStateException("request %d was answered by %s".formatted(number, answer)));
      return;
    }
    histogram.recordValue(now - sentNs);
    if (now - endNs < 0) {
      pace.execute(this::ask);
    } else {
      stream.onCompleted();
      result.complete(histogram);
    }
  }

  @Override
  public void onError(Throwable failure) {
    result.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {}

  /** Before the stream is there. */
  private static final class Nowhere implements StreamObserver<ChannelRequest> {
    @Override
    public void onNext(ChannelRequest request) {
      throw new IllegalStateException("the loop has not begun");
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
