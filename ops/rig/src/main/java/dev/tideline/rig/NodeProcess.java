package dev.tideline.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A process that can be killed and started again with the same command. Its output goes to a file,
 * one start after the other. Guarded by its own lock.
 */
public final class NodeProcess implements AutoCloseable {

  /** How long a process has to end by itself before it is killed. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);

  /** How much of the output is quoted when a process does not come up. */
  private static final int QUOTED_LINES = 15;

  private final String name;
  private final List<String> command;
  private final Path output;
  private @Nullable Process process;

  /**
   * A process that is not started yet.
   *
   * @param name for messages
   * @param output where its standard output and error go
   */
  NodeProcess(String name, List<String> command, Path output) {
    this.name = name;
    this.command = List.copyOf(command);
    this.output = output;
  }

  /**
   * A process of a main class of one's own, on this JVM's class path, not started.
   *
   * @param arguments for {@code main}
   */
  public static NodeProcess of(
      String name, Class<?> mainClass, List<String> jvmFlags, List<String> arguments, Path output) {
    return new NodeProcess(name, JvmCommand.of(mainClass.getName(), jvmFlags, arguments), output);
  }

  /**
   * A process of the same main class with further settings, which win over earlier ones; its output
   * goes beside this one's.
   */
  NodeProcess another(String otherName, List<String> settings) {
    var keys = settings.stream().map(NodeProcess::key).toList();
    var other = new ArrayList<>(command);
    other.removeIf(argument -> argument.indexOf('=') > 0 && keys.contains(key(argument)));
    other.addAll(settings);
    return new NodeProcess(otherName, other, output.resolveSibling(otherName + ".log"));
  }

  private static String key(String setting) {
    return setting.substring(0, Math.max(0, setting.indexOf('=')));
  }

  /** What it is called in messages. */
  public String name() {
    return name;
  }

  /** Where its output goes. */
  public Path output() {
    return output;
  }

  /** Starts it, and returns at once. */
  public synchronized void start() {
    if (isAlive()) {
      throw new IllegalStateException(name + " is running");
    }
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be started", e);
    }
  }

  /** Whether it runs. */
  public synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Ends it with SIGKILL; returns when it is gone. */
  public synchronized void kill() {
    var running = running();
    running.destroyForcibly();
    await(running, STOP_PATIENCE);
  }

  /** Asks it to stop with SIGTERM; returns its exit status when it is gone. */
  public synchronized int terminate() {
    var running = running();
    running.destroy();
    if (!await(running, STOP_PATIENCE)) {
      running.destroyForcibly();
      throw new IllegalStateException(
          "%s did not stop within %d s".formatted(name, STOP_PATIENCE.toSeconds()));
    }
    return running.exitValue();
  }

  /** Asks it to stop, if it runs, and kills it if it does not. */
  public synchronized void stop() {
    if (process != null && process.isAlive()) {
      process.destroy();
      await(process, STOP_PATIENCE);
    }
    close();
  }

  /** Waits for it to end by itself; its exit status. */
  public int awaitExit(Duration patience) {
    Process running;
    synchronized (this) {
      running = running();
    }
    if (!await(running, patience)) {
      throw new IllegalStateException(
          "%s is still running after %d s".formatted(name, patience.toSeconds()));
    }
    return running.exitValue();
  }

  /** Suspends it with SIGSTOP: it is alive, and does nothing. */
  public void pause() {
    signal("STOP");
  }

  /** Lets it go on, with SIGCONT. */
  public void resume() {
    signal("CONT");
  }

  /**
   * Waits until {@code ready} says so.
   *
   * @throws IllegalStateException quoting its output, if it ends or the patience does
   */
  public void awaitReady(BooleanSupplier ready, Duration patience) {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    while (!ready.getAsBoolean()) {
      if (!isAlive()) {
        throw new IllegalStateException(name + " ended while starting:" + quote());
      }
      if (System.nanoTime() - deadlineNs > 0) {
        throw new IllegalStateException(
            "%s is not ready after %d s:%s".formatted(name, patience.toSeconds(), quote()));
      }
      sleep(20);
    }
  }

  /** Everything it has printed. */
  public String outputText() {
    try {
      return Files.exists(output) ? Files.readString(output, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it if it runs. */
  @Override
  public synchronized void close() {
    if (process != null) {
      process.destroyForcibly();
      await(process, STOP_PATIENCE);
    }
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return process;
  }

  private synchronized void signal(String signal) {
    var script = "kill -%s %d".formatted(signal, running().pid());
    try {
      var kill = new ProcessBuilder("sh", "-c", script).inheritIO().start();
      if (!await(kill, STOP_PATIENCE) || kill.exitValue() != 0) {
        throw new IllegalStateException("'%s' failed for %s".formatted(script, name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String quote() {
    var lines = outputText().lines().toList();
    var last = lines.subList(Math.max(0, lines.size() - QUOTED_LINES), lines.size());
    return System.lineSeparator() + String.join(System.lineSeparator(), last);
  }

  private static boolean await(Process process, Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }
}
