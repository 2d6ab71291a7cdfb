package dev.tideline.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A link that can be lost: a TCP proxy on loopback between an edge and its hub.
 *
 * <p>{@link #cut} is a link that fails loudly: connections are reset, further ones refused. {@link
 * #stall} is one that fails silently: nothing arrives any more and nobody is told. Both end with
 * {@link #heal}. All methods may be called by any thread.
 */
public final class LinkProxy implements AutoCloseable {

  /** A direction. */
  public enum Way {
    TO_HUB,
    TO_EDGE
  }

  private final InetSocketAddress target;
  private final InetSocketAddress listen;
  private final LinkWeather weather = new LinkWeather();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private @Nullable ServerSocket server;
  private @Nullable Thread acceptor;

  private LinkProxy(InetSocketAddress target, int port) {
    this.target = target;
    this.listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** A link to {@code 127.0.0.1:targetPort}, up. */
  public static LinkProxy to(int targetPort) {
    var target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
    var proxy = new LinkProxy(target, FreePorts.next());
    proxy.listen();
    return proxy;
  }

  /** Where to connect instead of the target, {@code host:port}. */
  public String address() {
    return "127.0.0.1:" + port();
  }

  /** The port of {@link #address}. */
  public int port() {
    return listen.getPort();
  }

  /** Loses the link: resets every connection and refuses further ones. */
  public synchronized void cut() {
    closeServer();
    sockets.forEach(LinkProxy::reset);
  }

  /** Loses the link silently: nothing gets through, and nobody is told. */
  public void stall() {
    stall(Way.TO_HUB);
    stall(Way.TO_EDGE);
  }

  /** Loses one way of the link silently; the other goes on. */
  public void stall(Way way) {
    weather.stall(way);
  }

  /** Lets no more through than so many bytes a second, each way and connection. */
  public void slow(long bytesPerSecond) {
    weather.slow(bytesPerSecond);
  }

  /** Every byte takes so much longer, each way. */
  public void delay(Duration delay) {
    weather.delay(delay);
  }

  /** The link is back, without delay. */
  public synchronized void heal() {
    weather.clear();
    if (server == null) {
      listen();
    }
  }

  @Override
  public synchronized void close() {
    cut();
    weather.clear();
  }

  private synchronized void listen() {
    try {
      var socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(listen);
      server = socket;
      acceptor = Thread.ofVirtual().name("link-" + port()).start(() -> accept(socket));
    } catch (IOException e) {
      throw new UncheckedIOException("the link cannot listen on " + listen, e);
    }
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        var near = from.accept();
        Thread.ofVirtual().start(() -> join(from, near));
      } catch (IOException e) {
        // Closed by cut, or one connection failed before it began: the condition above tells.
      }
    }
  }

  private void join(ServerSocket from, Socket near) {
    var far = new Socket();
    sockets.add(near);
    sockets.add(far);
    try {
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      far.connect(target);
      if (from.isClosed()) {
        throw new IOException("the link was cut while connecting");
      }
    } catch (IOException e) {
      drop(near, far);
      return;
    }
    Runnable end = () -> drop(near, far);
    Thread.ofVirtual().start(new LinkPump(near, far, Way.TO_HUB, weather, end));
    Thread.ofVirtual().start(new LinkPump(far, near, Way.TO_EDGE, weather, end));
  }

  private void drop(Socket near, Socket far) {
    for (var socket : List.of(near, far)) {
      sockets.remove(socket);
      try {
        socket.close();
      } catch (IOException e) {
        // It is gone, which is what was wanted.
      }
    }
  }

  private void closeServer() {
    if (server != null) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      server = null;
    }
    if (acceptor != null) {
      // The port is free only once nobody waits at it any more.
      try {
        acceptor.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      acceptor = null;
    }
  }

  private static void reset(Socket socket) {
    try {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
      }
      socket.close();
    } catch (IOException e) {
      // It is gone, which is what was wanted.
    }
  }
}
