package dev.tideline.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Exchanges with one node over as many connections as there are requests at the same time, kept for
 * the next. Any number of threads may share one.
 */
final class HttpTransport implements AutoCloseable {

  private final String host;
  private final int port;
  private final ConcurrentLinkedDeque<HttpConnection> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /**
   * Of a node at {@code http://host:port}.
   *
   * @throws IllegalArgumentException if that is not what {@code url} is
   */
  HttpTransport(String url) {
    var uri = URI.create(url);
    var path = uri.getPath();
    if (!"http".equals(uri.getScheme())
        || uri.getHost() == null
        || !(path == null || path.isEmpty() || path.equals("/"))) {
      throw new IllegalArgumentException(
          "'%s' is not the address of a node: write http://HOST:PORT".formatted(url));
    }
    this.host = uri.getHost();
    this.port = uri.getPort() < 0 ? 80 : uri.getPort();
  }

  String address() {
    return host + ":" + port;
  }

  /** Sends a request and awaits the answer, whatever its status. */
  Reply<HttpResponse> exchange(HttpRequest request, Duration timeout) {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    var kept = idle.pollFirst();
    if (kept != null) {
      try {
        return finish(kept, kept.exchange(request, address(), deadlineNs));
      } catch (IOException e) {
        kept.close();
        boolean stale = e instanceof EOFException || e instanceof SocketException;
        if (!stale || !request.repeatable()) {
          return unreachable(e, timeout, true);
        }
        // The node was perhaps restarted since: one more attempt, over a connection of its own.
        dropIdle();
      }
    }
    HttpConnection connection;
    try {
      connection = HttpConnection.open(new InetSocketAddress(host, port), deadlineNs);
    } catch (IOException e) {
      return unreachable(e, timeout, kept != null);
    }
    try {
      return finish(connection, connection.exchange(request, address(), deadlineNs));
    } catch (IOException e) {
      connection.close();
      return unreachable(e, timeout, true);
    }
  }

  @Override
  public void close() {
    closed = true;
    dropIdle();
  }

  private Reply<HttpResponse> finish(HttpConnection connection, HttpResponse response) {
    if (closed || response.closes()) {
      connection.close();
    } else {
      idle.addFirst(connection);
    }
    return new Reply.Ok<>(response);
  }

  private void dropIdle() {
    for (var kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
      kept.close();
    }
  }

  private Reply<HttpResponse> unreachable(IOException failure, Duration timeout, boolean sent) {
    var reason =
        switch (failure) {
          case SocketTimeoutException e -> "no answer within %d ms".formatted(timeout.toMillis());
          case ConnectException e -> "connection refused";
          case java.net.UnknownHostException e -> "the host name is not known";
          default -> String.valueOf(failure.getMessage());
        };
    return new Reply.Unreachable<>(address(), reason, sent);
  }
}
