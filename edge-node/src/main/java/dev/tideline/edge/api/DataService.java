package dev.tideline.edge.api;

import dev.tideline.edge.watch.WatchDriver;
import dev.tideline.runtime.Refusal;
import dev.tideline.wire.v1.BatchGetAnswer;
import dev.tideline.wire.v1.BatchGetRequest;
import dev.tideline.wire.v1.ChannelAnswer;
import dev.tideline.wire.v1.ChannelRequest;
import dev.tideline.wire.v1.DataGrpc;
import dev.tideline.wire.v1.GetAnswer;
import dev.tideline.wire.v1.GetRequest;
import dev.tideline.wire.v1.ReceiptAnswer;
import dev.tideline.wire.v1.ReceiptRequest;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchRequest;
import dev.tideline.wire.v1.WriteAnswer;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The service {@code Data}. Everything runs on the event loops, so nothing in here waits. */
final class DataService extends DataGrpc.DataImplBase {

  /** The stable code of a refusal, beside the status. */
  static final Metadata.Key<String> CODE =
      Metadata.Key.of("tideline-code", Metadata.ASCII_STRING_MARSHALLER);

  /** One part in so many of the time left is kept for the answer to travel. */
  private static final long DEADLINE_PARTS = 8;

  private final DataCalls calls;
  private final EdgeGateway gateway;
  private final WatchDriver watches;

  DataService(DataCalls calls, EdgeGateway gateway, WatchDriver watches) {
    this.calls = calls;
    this.gateway = gateway;
    this.watches = watches;
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchAnswer> answers) {
    var stream = (ServerCallStreamObserver<WatchAnswer>) answers;
    try {
      DataWatch.open(watches, gateway.catalog(), request, stream);
    } catch (RuntimeException e) {
      answers.onError(status(e));
    }
  }

  @Override
  public StreamObserver<ChannelRequest> channel(StreamObserver<ChannelAnswer> answers) {
    return new DataChannel(calls, (ServerCallStreamObserver<ChannelAnswer>) answers);
  }

  @Override
  public void get(GetRequest request, StreamObserver<GetAnswer> answers) {
    answerLater(answers, () -> calls.get(request, withinDeadline(DataCodec.TIMEOUT_MAX)));
  }

  @Override
  public void batchGet(BatchGetRequest request, StreamObserver<BatchGetAnswer> answers) {
    answerLater(answers, () -> calls.batchGet(request, withinDeadline(DataCodec.TIMEOUT_MAX)));
  }

  @Override
  public void write(
      dev.tideline.wire.v1.WriteRequest request, StreamObserver<WriteAnswer> answers) {
    answerLater(answers, () -> calls.write(withinDeadline(DataCodec.write(request))));
  }

  @Override
  public void receipt(ReceiptRequest request, StreamObserver<ReceiptAnswer> answers) {
    answerLater(answers, () -> calls.receipt(request.getReceipt()));
  }

  private static WriteRequest withinDeadline(WriteRequest request) {
    return request.withHubTimeout(withinDeadline(request.hubTimeout()));
  }

  /** So that the caller hears which level was reached, or why not, rather than nothing. */
  private static Duration withinDeadline(Duration atMost) {
    var deadline = Context.current().getDeadline();
    if (deadline == null) {
      return atMost;
    }
    long untilMs = deadline.timeRemaining(TimeUnit.MILLISECONDS);
    var left = Duration.ofMillis(Math.max(0, untilMs - untilMs / DEADLINE_PARTS));
    return left.compareTo(atMost) < 0 ? left : atMost;
  }

  private <T> void answerLater(StreamObserver<T> answers, Supplier<CompletableFuture<T>> call) {
    // A call that is cancelled meanwhile is simply not answered.
    ((ServerCallStreamObserver<T>) answers).setOnCancelHandler(() -> {});
    try {
      var _ =
          call.get()
              .whenComplete(
                  (T answer, Throwable failure) -> {
                    if (failure == null) {
                      answers.onNext(answer);
                      answers.onCompleted();
                    } else {
                      answers.onError(status(failure));
                    }
                  });
    } catch (RuntimeException e) {
      answers.onError(status(e));
    }
  }

  private StatusException status(Throwable failure) {
    return status(calls.refusal(failure));
  }

  /** A refusal as the end of a call. */
  static StatusException status(Refusal refusal) {
    var trailers = new Metadata();
    trailers.put(CODE, refusal.code().code());
    var text = refusal.detail() + (refusal.allowed().isEmpty() ? "" : "; " + refusal.allowed());
    return Status.fromCode(refusal.code().grpcCode()).withDescription(text).asException(trailers);
  }
}
