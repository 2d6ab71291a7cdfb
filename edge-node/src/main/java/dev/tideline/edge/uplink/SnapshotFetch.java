package dev.tideline.edge.uplink;

import com.google.protobuf.ByteString;
import dev.tideline.edge.replica.ReplicaLoads;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.ReplicationGrpc.ReplicationStub;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotRequest;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call for a snapshot: its frames go to the replica one by one, and the next one is asked for
 * when one was taken.
 */
final class SnapshotFetch implements ClientResponseObserver<SnapshotRequest, SnapshotFrame> {

  private final ReplicaLoads loads;
  private final Consumer<SnapshotFetch> done;
  private volatile @Nullable ClientCallStreamObserver<SnapshotRequest> call;
  private volatile ByteString token;
  private volatile Outcome outcome = Outcome.CUT;

  /** How the call ended. */
  enum Outcome {
    /** To be gone on with from the token. */
    CUT,
    /** To be begun from the first chunk. */
    START_OVER,
    /** Everything was received. */
    RECEIVED
  }

  /**
   * A call that is not made yet.
   *
   * @param done told once, on the network's thread
   */
  SnapshotFetch(ReplicaLoads loads, ByteString token, Consumer<SnapshotFetch> done) {
    this.loads = loads;
    this.token = token;
    this.done = done;
  }

  void open(ReplicationStub stub, SnapshotRequest request) {
    stub.snapshot(request, this);
  }

  /** Of the last chunk that was taken. */
  ByteString token() {
    return token;
  }

  Outcome outcome() {
    return outcome;
  }

  void cancel() {
    var current = call;
    if (current != null) {
      current.cancel("not needed any more", null);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<SnapshotRequest> requestStream) {
    requestStream.disableAutoRequestWithInitial(2);
    call = requestStream;
  }

  @Override
  public void onNext(SnapshotFrame frame) {
    if (frame.hasError()) {
      if (frame.getError().getCode() == Error.Code.START_OVER) {
        outcome = Outcome.START_OVER;
      }
      return;
    }
    if (!loads.take(frame)) {
      outcome = Outcome.START_OVER;
      cancel();
      return;
    }
    if (!frame.getChunk().getResumeToken().isEmpty()) {
      token = frame.getChunk().getResumeToken();
    }
    if (frame.hasEnd()) {
      outcome = Outcome.RECEIVED;
    }
    var current = call;
    if (current != null) {
      current.request(1);
    }
  }

  @Override
  public void onError(Throwable failure) {
    done.accept(this);
  }

  @Override
  public void onCompleted() {
    done.accept(this);
  }
}
