package dev.tideline.rig;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One direction of one connection. Without a delay a chunk goes straight on, on the thread that
 * read it; with one it waits in a queue for its time, so that a delay does not lower the
 * throughput. A chunk never overtakes one that waits.
 */
final class LinkPump implements Runnable {

  /** With chunks of 64 KiB far more than is under way on a link of any delay used here. */
  private static final int WAITING_MAX = 1_024;

  private static final int CHUNK_BYTES = 64 * 1024;

  private record Chunk(ByteBuffer bytes, long dueNs) {}

  private final Socket from;
  private final Socket to;
  private final LinkProxy.Way way;
  private final LinkWeather weather;
  private final Runnable end;
  private final BlockingQueue<Chunk> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final AtomicInteger unsent = new AtomicInteger();
  private boolean draining;

  LinkPump(Socket from, Socket to, LinkProxy.Way way, LinkWeather weather, Runnable end) {
    this.from = from;
    this.to = to;
    this.way = way;
    this.weather = weather;
    this.end = end;
  }

  @Override
  public void run() {
    try {
      pump();
    } catch (IOException e) {
      // One end is gone: so is the other in a moment.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end.run();
    }
  }

  private void pump() throws IOException, InterruptedException {
    var in = from.getInputStream();
    var out = to.getOutputStream();
    var buffer = new byte[CHUNK_BYTES];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      long delayNs = weather.delayNs();
      if (delayNs == 0 && unsent.get() == 0) {
        weather.awaitPassage(way, read);
        out.write(buffer, 0, read);
      } else {
        unsent.incrementAndGet();
        waiting.put(
            new Chunk(ByteBuffer.wrap(Arrays.copyOf(buffer, read)), System.nanoTime() + delayNs));
        startDraining(out);
      }
    }
  }

  private void startDraining(OutputStream out) {
    if (!draining) {
      draining = true;
      Thread.ofVirtual().start(() -> drain(out));
    }
  }

  private void drain(OutputStream out) {
    try {
      while (!to.isClosed()) {
        var chunk = waiting.take();
        long waitNs = chunk.dueNs() - System.nanoTime();
        if (waitNs > 0) {
          Thread.sleep(waitNs / 1_000_000, (int) (waitNs % 1_000_000));
        }
        weather.awaitPassage(way, chunk.bytes().capacity());
        out.write(chunk.bytes().array());
        unsent.decrementAndGet();
      }
    } catch (IOException e) {
      end.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
