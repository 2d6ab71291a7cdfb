package dev.tideline.cli.importing;

import dev.tideline.client.EdgeClient;
import dev.tideline.client.PersistentWriter;
import dev.tideline.client.Reply;
import dev.tideline.client.Write;
import dev.tideline.client.Written;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/**
 * Sends the lines of a file, several at a time: those of one key by the same worker, so that they
 * keep their order, and all of them often share one sync of the edge's disk.
 */
final class ImportRun {
  private static final int WORKERS = 16;
  private static final int WAITING_PER_WORKER = 64;

  /** An edge that restarts is back sooner. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A line on its way; {@code write} is empty at the end of all. */
  private record Task(long number, Optional<Write> write) {}

  private final ImportFile file;
  private final ImportProgress progress;
  private final PersistentWriter writer;
  private final BiConsumer<Long, String> onRefused;
  private final AtomicReference<Optional<Reply<Written>>> stopped =
      new AtomicReference<>(Optional.empty());

  ImportRun(
      ImportFile file,
      ImportProgress progress,
      EdgeClient edge,
      BiConsumer<Long, String> onRefused) {
    this.file = file;
    this.progress = progress;
    this.writer = new PersistentWriter(edge);
    this.onRefused = onRefused;
  }

  /** Sends what is not finished; the answer that stopped it, or empty if all went through. */
  Optional<Reply<Written>> run() throws IOException, InterruptedException {
    var queues = new ArrayList<BlockingQueue<Task>>();
    var workers = new ArrayList<Thread>();
    for (int i = 0; i < WORKERS; i++) {
      var queue = new ArrayBlockingQueue<Task>(WAITING_PER_WORKER);
      queues.add(queue);
      workers.add(Thread.ofVirtual().start(() -> work(queue)));
    }
    try (var reader = Files.newBufferedReader(file.path())) {
      deal(reader, queues);
    } finally {
      for (var queue : queues) {
        queue.put(new Task(0, Optional.empty()));
      }
      for (var worker : workers) {
        worker.join();
      }
    }
    return stopped.get();
  }

  private void deal(BufferedReader reader, List<BlockingQueue<Task>> queues)
      throws IOException, InterruptedException {
    long first = progress.done() + 1;
    long number = 0;
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      if (stopped.get().isPresent()) {
        return;
      }
      if (number < first) {
        continue;
      }
      if (line.isBlank()) {
        progress.finish(number, false);
        continue;
      }
      try {
        var write = ImportLine.parse(line, "import:%s:%d".formatted(file.hash(), number));
        int lane = Math.floorMod((write.namespace() + "/" + write.key()).hashCode(), WORKERS);
        queues.get(lane).put(new Task(number, Optional.of(write)));
      } catch (IllegalArgumentException e) {
        refuse(number, String.valueOf(e.getMessage()));
      }
    }
  }

  private void work(BlockingQueue<Task> queue) {
    try {
      for (var task = queue.take(); task.write().isPresent(); task = queue.take()) {
        if (stopped.get().isEmpty()) {
          send(task.number(), task.write().get());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(long number, Write write) {
    var reply = writer.write(write, System.nanoTime() + PATIENCE.toNanos());
    switch (reply) {
      case Reply.Ok<Written>(var written) when isRefusal(written.verdict()) ->
          refuse(number, "the hub's verdict is " + written.verdict().orElseThrow());
      case Reply.Ok<Written> done -> progress.finish(number, false);
      case Reply.Refused<Written>(var problem) when problem.status() < 500 ->
          refuse(number, problem.sentence());
      case Reply<Written> none -> stopped.compareAndSet(Optional.empty(), Optional.of(none));
    }
  }

  private static boolean isRefusal(Optional<String> verdict) {
    return verdict.filter(v -> v.equals("REJECTED") || v.equals("QUARANTINED")).isPresent();
  }

  private void refuse(long number, String reason) {
    onRefused.accept(number, reason);
    progress.finish(number, true);
  }
}
