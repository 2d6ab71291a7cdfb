package dev.tideline.hub.testing;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.model.QualifiedKey;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.ReplicationGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Speaks the protocol over a real connection, keeps of what it is sent the latest change of each
 * key, and reads only as much as it is told to. It fails on a gap between batches.
 */
public final class FoldingEdge implements AutoCloseable {

  private final ManagedChannel channel;
  private final Receiver receiver = new Receiver();
  private final ClientCallStreamObserver<EdgeFrame> requests;

  // Guarded by this.
  private final Map<QualifiedKey, ByteString> latest = new HashMap<>();
  private final Map<Integer, Long> heads = new HashMap<>();
  private boolean reading;
  private boolean welcomed;
  private boolean conflated;
  private long acknowledged;
  private long changes;
  private String broken = "";

  /** An edge that reads everything at once if it is told so, else no more than the welcome. */
  public FoldingEdge(int port, ScriptedEdge script, boolean reading) {
    this.reading = reading;
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    requests =
        (ClientCallStreamObserver<EdgeFrame>) ReplicationGrpc.newStub(channel).session(receiver);
    requests.onNext(ScriptedEdge.frame(script.hello()));
  }

  private final class Receiver implements ClientResponseObserver<EdgeFrame, HubFrame> {
    private @Nullable ClientCallStreamObserver<EdgeFrame> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<EdgeFrame> stream) {
      stream.disableAutoRequestWithInitial(1);
      call = stream;
    }

    @Override
    public void onNext(HubFrame frame) {
      if (take(frame)) {
        request();
      }
    }

    private void request() {
      var current = call;
      if (current != null) {
        current.request(1);
      }
    }

    @Override
    public void onError(Throwable failure) {
      note("the stream broke: " + failure);
    }

    @Override
    public void onCompleted() {
      note("the stream ended");
    }
  }

  private synchronized void note(String problem) {
    broken = broken.isEmpty() ? problem : broken;
  }

  private synchronized boolean take(HubFrame frame) {
    switch (frame.getFrameCase()) {
      case WELCOME -> welcomed = true;
      case MUTATION_ACK -> acknowledged = frame.getMutationAck().getSequence();
      case CHANGE_BATCH -> take(frame.getChangeBatch());
      default -> {}
    }
    return reading;
  }

  private void take(ChangeBatch batch) {
    long head = heads.getOrDefault(batch.getPartition(), 0L);
    if (batch.getFromRevision() != head + 1) {
      note("revision %d follows %d".formatted(batch.getFromRevision(), head));
    }
    heads.put(batch.getPartition(), batch.getToRevision());
    conflated |= batch.getConflated();
    changes += batch.getChangesCount();
    batch.getChangesList().forEach(change -> latest.put(ChangeCodec.target(change), change));
  }

  public void send(EdgeFrame frame) {
    requests.onNext(frame);
  }

  /** From here on it reads everything. */
  public void read() {
    synchronized (this) {
      reading = true;
    }
    receiver.request();
  }

  public synchronized boolean welcomed() {
    return welcomed;
  }

  /** Its own mutations that the hub has acknowledged. */
  public synchronized long acknowledged() {
    return acknowledged;
  }

  /** The latest change of each key, to the byte. */
  public synchronized Map<QualifiedKey, ByteString> latest() {
    return Map.copyOf(latest);
  }

  /** Changes that were sent. */
  public synchronized long changes() {
    return changes;
  }

  /** Per partition the revision up to which it was sent everything. */
  public synchronized Map<Integer, Long> heads() {
    return Map.copyOf(heads);
  }

  /** Whether any batch left changes out. */
  public synchronized boolean conflated() {
    return conflated;
  }

  /** What went wrong first; empty if nothing did. */
  public synchronized String broken() {
    return broken;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
