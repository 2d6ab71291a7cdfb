package dev.tideline.rig;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for processes that will be killed and restarted. They lie below the range from which the
 * system takes the local ports of outgoing connections, so that none of those can take a port while
 * its owner is down.
 */
final class FreePorts {
  private static final int LEAST = 20_000;
  private static final int BEYOND = 32_000;

  /** Far more than a machine would need that has any port left. */
  private static final int ATTEMPTS_MAX = 10_000;

  private static final Set<Integer> TAKEN = new HashSet<>();

  private FreePorts() {}

  /** A port on loopback that nobody listens on, never handed out before by this JVM. */
  static synchronized int next() {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LEAST, BEYOND);
      if (TAKEN.add(port) && isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port from %d to %d".formatted(LEAST, BEYOND - 1));
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
