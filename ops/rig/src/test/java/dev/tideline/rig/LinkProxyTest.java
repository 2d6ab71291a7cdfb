package dev.tideline.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LinkProxyTest {
  private ServerSocket echo;
  private LinkProxy link;
  private final AtomicInteger echoed = new AtomicInteger();

  @BeforeEach
  void startEcho() throws IOException {
    echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    link = LinkProxy.to(echo.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    link.close();
    echo.close();
  }

  @Test
  void bytesPassBothWays() throws IOException {
    try (var socket = connect()) {
      assertThat(roundTrip(socket, 'x')).isEqualTo('x');
    }
  }

  @Test
  void aCutResetsConnectionsAndRefusesFurtherOnes() throws IOException {
    try (var socket = connect()) {
      roundTrip(socket, 'x');
      link.cut();
      assertThatThrownBy(() -> assertThat(roundTrip(socket, 'y')).isNotEqualTo(-1))
          .isInstanceOfAny(IOException.class, AssertionError.class);
      assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aHealedLinkTakesConnectionsAtTheSameAddress() throws IOException {
    link.cut();
    link.heal();
    try (var socket = connect()) {
      assertThat(roundTrip(socket, 'z')).isEqualTo('z');
    }
  }

  @Test
  void aStalledLinkIsSilentAndDeliversWhenHealed() throws IOException {
    try (var socket = connect()) {
      roundTrip(socket, 'x');
      link.stall();
      socket.setSoTimeout(200);
      assertThatThrownBy(() -> roundTrip(socket, 'y')).isInstanceOf(SocketTimeoutException.class);
      socket.setSoTimeout(5_000);
      link.heal();
      assertThat(socket.getInputStream().read()).isEqualTo('y');
    }
  }

  @Test
  void aDelayHoldsEveryByteBackButKeepsTheOrder() throws IOException {
    try (var socket = connect()) {
      roundTrip(socket, 'x');
      link.delay(Duration.ofMillis(60));
      long startNs = System.nanoTime();
      socket.getOutputStream().write('a');
      socket.getOutputStream().write('b');
      assertThat(socket.getInputStream().read()).isEqualTo('a');
      assertThat(socket.getInputStream().read()).isEqualTo('b');
      assertThat(Duration.ofNanos(System.nanoTime() - startNs))
          .isGreaterThan(Duration.ofMillis(120));
    }
  }

  @Test
  void aLinkThatIsDeadOneWayStillDeliversTheOther() throws IOException {
    try (var socket = connect()) {
      roundTrip(socket, 'x');
      link.stall(LinkProxy.Way.TO_EDGE);
      socket.setSoTimeout(200);
      assertThatThrownBy(() -> roundTrip(socket, 'y')).isInstanceOf(SocketTimeoutException.class);
      assertThat(echoed).hasValue(2);
      socket.setSoTimeout(5_000);
      link.heal();
      assertThat(socket.getInputStream().read()).isEqualTo('y');
      link.stall(LinkProxy.Way.TO_HUB);
      socket.setSoTimeout(200);
      assertThatThrownBy(() -> roundTrip(socket, 'z')).isInstanceOf(SocketTimeoutException.class);
      assertThat(echoed).hasValue(2);
    }
  }

  @Test
  void aSlowLinkTakesItsTimeForEveryByte() throws IOException {
    try (var socket = connect()) {
      roundTrip(socket, 'x');
      link.slow(1_000);
      long startNs = System.nanoTime();
      socket.getOutputStream().write(new byte[100]);
      assertThat(socket.getInputStream().readNBytes(100)).hasSize(100);
      assertThat(Duration.ofNanos(System.nanoTime() - startNs))
          .isGreaterThan(Duration.ofMillis(200));
    }
  }

  private Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static int roundTrip(Socket socket, int sent) throws IOException {
    socket.getOutputStream().write(sent);
    return socket.getInputStream().read();
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        var socket = echo.accept();
        socket.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> echo(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void echo(Socket socket) {
    try (socket) {
      var in = socket.getInputStream();
      for (int read = in.read(); read >= 0; read = in.read()) {
        echoed.incrementAndGet();
        socket.getOutputStream().write(read);
      }
    } catch (IOException e) {
      // The link was cut, as the test wants it.
    }
  }
}
