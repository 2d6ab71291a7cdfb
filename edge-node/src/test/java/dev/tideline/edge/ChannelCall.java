package dev.tideline.edge;

import dev.tideline.wire.v1.ChannelAnswer;
import dev.tideline.wire.v1.ChannelRequest;
import dev.tideline.wire.v1.DataGrpc;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** A channel, and what it answered. */
final class ChannelCall implements ClientResponseObserver<ChannelRequest, ChannelAnswer> {
  final List<ChannelAnswer> received = new CopyOnWriteArrayList<>();
  volatile Status status = Status.UNKNOWN;
  private volatile boolean ended;
  private int reads;

  @SuppressWarnings("NullAway.Init")
  private volatile ClientCallStreamObserver<ChannelRequest> requests;

  ClientCallStreamObserver<ChannelRequest> open(DataGrpc.DataStub stub, int first) {
    reads = first;
    var _ = stub.channel(this);
    return requests;
  }

  void read(int more) {
    requests.request(more);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ChannelRequest> stream) {
    stream.disableAutoRequestWithInitial(reads);
    requests = stream;
  }

  @Override
  public void onNext(ChannelAnswer answer) {
    received.add(answer);
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

  void awaitEnd() {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> ended);
  }
}
