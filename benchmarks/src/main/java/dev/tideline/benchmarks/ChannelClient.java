package dev.tideline.benchmarks;

import dev.tideline.wire.v1.ChannelAnswer;
import dev.tideline.wire.v1.ChannelRequest;
import dev.tideline.wire.v1.DataGrpc;
import dev.tideline.wire.v1.GetAnswer;
import dev.tideline.wire.v1.GetRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/** A client of an edge's gRPC that asks one thing at a time; for one thread. */
final class ChannelClient implements AutoCloseable {

  private static final long TIMEOUT_S = 30;

  private final ManagedChannel connection;
  private final DataGrpc.DataBlockingStub unary;
  private final StreamObserver<ChannelRequest> requests;
  private final SynchronousQueue<ChannelAnswer> answers = new SynchronousQueue<>();
  private long number;

  ChannelClient(int port) {
    connection =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
    unary = DataGrpc.newBlockingStub(connection);
    requests = DataGrpc.newStub(connection).channel(new Answers());
  }

  /** Asks over the open stream and waits for the answer. */
  ChannelAnswer ask(ChannelRequest.Builder request) {
    requests.onNext(request.setNumber(++number).build());
    try {
      var answer = answers.poll(TIMEOUT_S, TimeUnit.SECONDS);
      if (answer == null || answer.getNumber() != number || answer.hasProblem()) {
        throw new IllegalStateException("request %d was answered by %s".formatted(number, answer));
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Asks in a call of its own. */
  GetAnswer get(GetRequest request) {
    return unary.get(request);
  }

  @Override
  public void close() {
    requests.onCompleted();
    connection.shutdownNow();
  }

  /** Hands each answer to the thread that waits. */
  private final class Answers implements StreamObserver<ChannelAnswer> {
    @Override
    public void onNext(ChannelAnswer answer) {
      try {
        if (!answers.offer(answer, TIMEOUT_S, TimeUnit.SECONDS)) {
          throw new IllegalStateException("nobody waits for an answer");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
