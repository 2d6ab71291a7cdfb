package dev.tideline.edge;

import static dev.tideline.edge.WatchCalls.await;

import com.google.protobuf.ByteString;
import dev.tideline.wire.v1.DataGrpc;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchAnswer.AnswerCase;
import dev.tideline.wire.v1.WatchRequest;
import dev.tideline.wire.v1.WatchedValue;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client that folds what it is told. */
final class WatchCall implements ClientResponseObserver<WatchRequest, WatchAnswer> {
  final List<WatchAnswer> answers = new CopyOnWriteArrayList<>();
  private final int first;
  volatile Status status = Status.UNKNOWN;
  volatile boolean ended;

  @SuppressWarnings("NullAway.Init")
  private volatile ClientCallStreamObserver<WatchRequest> call;

  WatchCall(ManagedChannel connection, WatchRequest request) {
    this(connection, request, Integer.MAX_VALUE);
  }

  /**
   * A watch.
   *
   * @param first answers that it takes before {@link #read}
   */
  WatchCall(ManagedChannel connection, WatchRequest request, int first) {
    this.first = first;
    DataGrpc.newStub(connection).watch(request, this);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
    stream.disableAutoRequestWithInitial(first);
    call = stream;
  }

  void read() {
    call.request(Integer.MAX_VALUE - first);
  }

  /** Hears no more when it returns. */
  void cancel() {
    call.cancel("enough", null);
    await(() -> ended);
  }

  void awaitMark() {
    await(() -> kinds().contains(AnswerCase.MARK));
  }

  List<AnswerCase> kinds() {
    return answers.stream().map(WatchAnswer::getAnswerCase).toList();
  }

  List<List<WatchedValue>> events() {
    return answers.stream()
        .filter(WatchAnswer::hasEvent)
        .map(answer -> answer.getEvent().getValuesList())
        .toList();
  }

  ByteString resume() {
    return answers.stream()
        .map(WatchAnswer::getResume)
        .filter(resume -> !resume.isEmpty())
        .reduce(ByteString.EMPTY, (before, after) -> after);
  }

  Map<String, String> state() {
    var state = new TreeMap<String, String>();
    for (var answer : answers) {
      if (answer.hasStartOver()) {
        state.clear();
      }
      answer.getState().getValuesList().forEach(value -> take(value, state));
      answer.getEvent().getValuesList().forEach(value -> take(value, state));
    }
    return state;
  }

  private void take(WatchedValue told, Map<String, String> state) {
    switch (told.getValue().getContentCase()) {
      case BYTES -> state.put(told.getKey().getKey(), told.getValue().getBytes().toStringUtf8());
      case COUNTER ->
          state.put(told.getKey().getKey(), Long.toString(told.getValue().getCounter()));
      case CONTENT_NOT_SET -> state.remove(told.getKey().getKey());
    }
  }

  @Override
  public void onNext(WatchAnswer answer) {
    answers.add(answer);
  }

  @Override
  public void onError(Throwable failure) {
    status = Status.fromThrowable(failure);
    ended = true;
  }

  @Override
  public void onCompleted() {
    status = Status.OK;
    ended = true;
  }
}
