package dev.tideline.runtime;

import dev.tideline.runtime.telemetry.JsonLayout;
import dev.tideline.store.LogOpenException;
import java.io.PrintStream;
import java.net.BindException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * One way for a process to start, to stop and to fail. A start that fails prints lines that name
 * the way out, never a stack trace, and exits with a status that scripts can tell apart.
 */
public final class ServerProcess {

  /** The configuration or the command line is wrong. */
  public static final int EXIT_USAGE = 2;

  /** Everything else that keeps the process from starting. */
  public static final int EXIT_FAILED = 1;

  /** A log could not be synced: nothing that was not acknowledged is certain. */
  public static final int EXIT_STORAGE = 74;

  private static final Set<String> LOG_FORMATS = Set.of("text", "json");

  private ServerProcess() {}

  /** Starts a server. */
  public interface Starter {
    AutoCloseable start() throws Exception;
  }

  /**
   * Runs a server until the process is told to stop (SIGTERM, SIGINT), then closes it; exits the
   * JVM if the start fails.
   *
   * @param name for messages
   */
  public static void run(String name, Starter starter) {
    bridgeLogs();
    AutoCloseable server;
    try {
      checkLogFormat(System.getenv().getOrDefault("TIDELINE_LOG_FORMAT", "text"));
      server = starter.start();
    } catch (Exception e) {
      System.exit(report(name, e, System.err));
      return;
    }
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  close(name, server);
                  stopped.countDown();
                },
                name + "-stop"));
    awaitForever(stopped);
  }

  /** What libraries write into the JDK's own log goes where everything goes. */
  public static void bridgeLogs() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  /** A format that logback does not know would silence the log. */
  private static void checkLogFormat(String format) {
    if (!LOG_FORMATS.contains(format)) {
      throw new ConfigException(
          List.of("TIDELINE_LOG_FORMAT = '%s' is not allowed: text or json".formatted(format)));
    }
  }

  /** Names the node in every line of a JSON log. */
  public static void named(String node) {
    System.setProperty(JsonLayout.NODE, node);
  }

  /** Prints why a start failed; the exit status that belongs to it. */
  public static int report(String name, Throwable failure, PrintStream out) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case ConfigException config -> {
          config.problems().forEach(problem -> out.println(name + ": " + problem));
          return EXIT_USAGE;
        }
        case LogOpenException open -> {
          out.println(name + ": " + open.getMessage());
          return EXIT_FAILED;
        }
        case BindException bind -> {
          out.println(
              name
                  + ": "
                  + bind.getMessage()
                  + ": another process has the port; stop it, or choose another port");
          return EXIT_FAILED;
        }
        case StartException start -> {
          out.println(name + ": " + start.getMessage());
          return EXIT_FAILED;
        }
        default -> {}
      }
    }
    out.println(name + ": cannot start: " + failure);
    LoggerFactory.getLogger(ServerProcess.class).error("{} cannot start", name, failure);
    return EXIT_FAILED;
  }

  /** Ends the process at once, without closing anything: what is on disk is all that counts. */
  public static void halt(String name, String why, Throwable failure) {
    LoggerFactory.getLogger(ServerProcess.class).error("{} ends: {}", name, why, failure);
    System.err.println(name + ": " + why + ": " + failure.getMessage());
    Runtime.getRuntime().halt(EXIT_STORAGE);
  }

  private static void close(String name, AutoCloseable server) {
    try {
      server.close();
    } catch (Exception e) {
      LoggerFactory.getLogger(ServerProcess.class).error("{} did not close cleanly", name, e);
    }
  }

  private static void awaitForever(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
