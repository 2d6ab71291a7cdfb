package dev.tideline.client;

import com.google.protobuf.ByteString;
import dev.tideline.wire.v1.DataGrpc;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchRequest;
import dev.tideline.wire.v1.WatchStartOver;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Follows keys at one edge, through broken connections and restarts of the edge: each time it goes
 * on behind the last mark or event that was taken in, or the edge says that it must start over. One
 * thread follows; what it does not take in yet waits at the edge.
 */
public final class WatchClient {

  /**
   * Full jitter (Brooker, Exponential Backoff And Jitter, 2015): a random part of this, doubling.
   */
  private static final long BACKOFF_BASE_MS = 50;

  private static final long BACKOFF_CAP_MS = 3_000;

  /** A link that died without a word is found within twice this time. */
  private static final long PING_INTERVAL_S = 10;

  /** A mutation of the largest size, and what an event adds to it. */
  private static final int MESSAGE_BYTES_MAX = 8 * 1024 * 1024;

  private static final Metadata.Key<String> CODE =
      Metadata.Key.of("tideline-code", Metadata.ASCII_STRING_MARSHALLER);

  /** Not a matter of time, although its status says so. */
  private static final String OUT_OF_INTEREST = "TL-OUT-OF-INTEREST";

  private final EdgeClient edge;
  private ByteString resume = ByteString.EMPTY;
  private boolean heard;
  private int failures;

  /** A watch at the edge of a client, which tells where gRPC is spoken. */
  public WatchClient(EdgeClient edge) {
    this.edge = edge;
  }

  /** Hears a watch, on the thread that follows. */
  public interface Listener {

    /** The next answer; false to stop. */
    boolean hear(WatchAnswer answer);

    /** The watch was interrupted, and goes on as soon as it can. */
    void lost(String why);
  }

  /** Why nobody follows any more. */
  public sealed interface End {

    /** The listener wants no more, or the thread was interrupted. */
    record Stopped() implements End {}

    /** The edge does not allow it. */
    record Refused(Problem problem) implements End {}

    /** The edge could not even be asked once. */
    record Unreachable(Reply.Unreachable<?> reply) implements End {}
  }

  /** Follows until it ends; blocks. */
  public End follow(WatchRequest request, Listener listener) {
    resume = request.getResume();
    boolean met = false;
    while (!Thread.currentThread().isInterrupted()) {
      Optional<End> end =
          switch (edge.node()) {
            case Reply.Ok<NodeStatus>(var node) -> {
              met = true;
              yield follow(node, request, listener);
            }
            case Reply.Refused<NodeStatus>(var problem) -> Optional.of(new End.Refused(problem));
            case Reply.Unreachable<NodeStatus> none -> {
              if (!met) {
                yield Optional.of(new End.Unreachable(none));
              }
              listener.lost(none.reason());
              yield Optional.empty();
            }
          };
      if (end.isPresent()) {
        return end.get();
      }
      pause();
    }
    return new End.Stopped();
  }

  private Optional<End> follow(NodeStatus node, WatchRequest request, Listener listener) {
    var channel = connect(node);
    var call = Context.current().withCancellation();
    try {
      return call.call(() -> listen(channel, request, listener));
    } catch (StatusRuntimeException e) {
      if (!isPassing(e)) {
        return Optional.of(new End.Refused(problem(e)));
      }
      listener.lost(code(e).startsWith("TL-") ? words(e) : "the connection broke: " + words(e));
      return Optional.empty();
    } catch (Exception e) {
      throw e instanceof RuntimeException known ? known : new IllegalStateException(e);
    } finally {
      call.cancel(null);
      channel.shutdownNow();
    }
  }

  /** Empty if the edge ended the watch without a reason. */
  private Optional<End> listen(ManagedChannel channel, WatchRequest request, Listener listener) {
    if (heard && resume.isEmpty() && !listener.hear(startOver())) {
      return Optional.of(new End.Stopped());
    }
    var answers =
        DataGrpc.newBlockingStub(channel).watch(request.toBuilder().setResume(resume).build());
    while (answers.hasNext()) {
      var answer = answers.next();
      failures = 0;
      if (!listener.hear(answer)) {
        return Optional.of(new End.Stopped());
      }
      heard = true;
      if (!answer.getResume().isEmpty()) {
        resume = answer.getResume();
      }
    }
    listener.lost("the edge ended the watch");
    return Optional.empty();
  }

  /** A picture that broke off before it was whole cannot be gone on with. */
  private static WatchAnswer startOver() {
    return WatchAnswer.newBuilder()
        .setStartOver(WatchStartOver.newBuilder().setReason("the first state was interrupted"))
        .build();
  }

  /** The host as this client reaches it; the edge itself may know it by another name. */
  private ManagedChannel connect(NodeStatus node) {
    var address = edge.address();
    var host = address.substring(0, address.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
    var grpc = node.document().path("grpc").asText();
    int port = Integer.parseInt(grpc.substring(grpc.lastIndexOf(':') + 1));
    return NettyChannelBuilder.forAddress(host, port)
        .usePlaintext()
        .maxInboundMessageSize(MESSAGE_BYTES_MAX)
        .keepAliveTime(PING_INTERVAL_S, TimeUnit.SECONDS)
        .keepAliveTimeout(PING_INTERVAL_S, TimeUnit.SECONDS)
        .build();
  }

  private static boolean isPassing(StatusRuntimeException failure) {
    return switch (failure.getStatus().getCode()) {
      case UNAVAILABLE -> !code(failure).equals(OUT_OF_INTEREST);
      case RESOURCE_EXHAUSTED, CANCELLED -> true;
      default -> false;
    };
  }

  private static Problem problem(StatusRuntimeException failure) {
    return new Problem(0, code(failure), words(failure), "", Optional.empty(), Optional.empty());
  }

  private static String code(StatusRuntimeException failure) {
    var trailers = failure.getTrailers();
    var code = trailers == null ? null : trailers.get(CODE);
    return code == null ? "GRPC-" + failure.getStatus().getCode() : code;
  }

  private static String words(StatusRuntimeException failure) {
    Status status = failure.getStatus();
    var description = status.getDescription();
    return description == null ? status.getCode().toString() : description;
  }

  private void pause() {
    long limitMs = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS << Math.min(failures++, 10));
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(limitMs) + 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
