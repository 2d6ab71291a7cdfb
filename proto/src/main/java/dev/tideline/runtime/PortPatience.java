package dev.tideline.runtime;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;

/**
 * Waiting for a port that may still belong to a predecessor that is dying. Found out before the
 * server is started, because servers put stack traces into the log.
 */
public final class PortPatience {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration RETRY = Duration.ofMillis(50);

  private PortPatience() {}

  /**
   * Returns once the port is free.
   *
   * @param setting that names the port, for the message
   * @throws StartException if it stays taken
   */
  public static void awaitFree(String bind, Setting setting, int port) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (var probe = new ServerSocket()) {
        probe.bind(new InetSocketAddress(bind, port));
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw cannotListen(bind, setting, port, String.valueOf(e.getMessage()));
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while waiting for a port");
    }
  }

  /** What a start ends with that does not get its port. */
  public static StartException cannotListen(String bind, Setting setting, int port, String why) {
    return new StartException(
        "cannot listen on %s port %d (%s): stop what has the port, or set %s"
            .formatted(bind, port, why, setting.key()));
  }
}
