package dev.tideline.benchmarks;

import dev.tideline.wire.v1.ChannelAnswer;
import dev.tideline.wire.v1.ChannelRequest;
import dev.tideline.wire.v1.DataGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The other end of the floor of gRPC, a process of its own: answers every request at once. */
public final class EchoServer {

  private EchoServer() {}

  /** Runs until it is killed; the argument is the file in which the port is told. */
  public static void main(String[] args) throws IOException, InterruptedException {
    var server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(new Echo())
            .build()
            .start();
    var told = Path.of(args[0]);
    var written = Files.writeString(Path.of(args[0] + ".part"), String.valueOf(server.getPort()));
    Files.move(written, told, StandardCopyOption.ATOMIC_MOVE);
    server.awaitTermination();
  }

  private static final class Echo extends DataGrpc.DataImplBase {
    @Override
    public StreamObserver<ChannelRequest> channel(StreamObserver<ChannelAnswer> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ChannelRequest request) {
          answers.onNext(ChannelAnswer.newBuilder().setNumber(request.getNumber()).build());
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }
}
