package dev.tideline.edge.api;

import dev.tideline.runtime.ErrorCode;
import dev.tideline.wire.v1.BatchGetRequest;
import dev.tideline.wire.v1.ChannelAnswer;
import dev.tideline.wire.v1.ChannelRequest;
import dev.tideline.wire.v1.GetRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/**
 * One client's channel. Requests come on the connection's event loop, one after the other; answers
 * go out from whichever thread has them, under this object's lock.
 *
 * <p>Flow control: the client may have {@link #UNANSWERED_MAX} requests under way. Each answer asks
 * for one more request, but while the client does not read its answers that is put off until it
 * does, so a client that never reads costs no more than these.
 */
final class DataChannel implements StreamObserver<ChannelRequest> {

  /** Enough to keep a loopback or a regional network busy with small requests. */
  static final int UNANSWERED_MAX = 128;

  private final DataCalls calls;
  private final ServerCallStreamObserver<ChannelAnswer> answers;
  private int unanswered;
  private int putOff;
  private boolean halfClosed;
  private boolean ended;

  DataChannel(DataCalls calls, ServerCallStreamObserver<ChannelAnswer> answers) {
    this.calls = calls;
    this.answers = answers;
    answers.disableAutoRequest();
    answers.setOnReadyHandler(this::ready);
    answers.setOnCancelHandler(this::cancelled);
    answers.request(UNANSWERED_MAX);
  }

  @Override
  public void onNext(ChannelRequest request) {
    synchronized (this) {
      unanswered++;
    }
    long number = request.getNumber();
    try {
      DataCodec.requireKnown(request);
      switch (request.getRequestCase()) {
        case GET -> get(number, request.getGet());
        case BATCH_GET -> batchGet(number, request.getBatchGet());
        case WRITE -> write(number, DataCodec.write(request.getWrite()));
        case REQUEST_NOT_SET ->
            throw DataCodec.refused(
                ErrorCode.MALFORMED, "the request is empty", "get, batch_get or write");
      }
    } catch (RuntimeException e) {
      refuse(number, e);
    }
  }

  /** Answered at once if the key is held here; the hub is never waited for on this thread. */
  private void get(long number, GetRequest request) {
    answerLater(
        number,
        calls.get(request, DataCodec.TIMEOUT_MAX).thenApply(got -> answer(number).setGet(got)));
  }

  private void batchGet(long number, BatchGetRequest request) {
    answerLater(
        number,
        calls
            .batchGet(request, DataCodec.TIMEOUT_MAX)
            .thenApply(got -> answer(number).setBatchGet(got)));
  }

  private void write(long number, WriteRequest request) {
    answerLater(
        number, calls.write(request).thenApply(written -> answer(number).setWrite(written)));
  }

  private void answerLater(long number, CompletableFuture<ChannelAnswer.Builder> later) {
    var _ =
        later.whenComplete(
            (ChannelAnswer.Builder answer, Throwable failure) -> {
              if (failure == null) {
                send(answer);
              } else {
                refuse(number, failure);
              }
            });
  }

  private static ChannelAnswer.Builder answer(long number) {
    return ChannelAnswer.newBuilder().setNumber(number);
  }

  private void refuse(long number, Throwable failure) {
    send(answer(number).setProblem(DataCodec.problem(calls.refusal(failure))));
  }

  private synchronized void send(ChannelAnswer.Builder answer) {
    unanswered--;
    if (ended) {
      return;
    }
    answers.onNext(answer.build());
    if (halfClosed && unanswered == 0) {
      ended = true;
      answers.onCompleted();
    } else if (answers.isReady()) {
      answers.request(1);
    } else {
      putOff++;
    }
  }

  private synchronized void ready() {
    if (putOff > 0 && !ended) {
      answers.request(putOff);
      putOff = 0;
    }
  }

  private synchronized void cancelled() {
    ended = true;
  }

  @Override
  public void onError(Throwable failure) {
    cancelled();
  }

  @Override
  public synchronized void onCompleted() {
    halfClosed = true;
    if (unanswered == 0 && !ended) {
      ended = true;
      answers.onCompleted();
    }
  }
}
