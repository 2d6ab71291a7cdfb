package dev.tideline.runtime.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spans on their way to the collector. The queue is bounded: where the collector is down or slow,
 * spans are dropped and counted, and whoever made them never waits. One thread looks into the queue
 * at intervals, so that no write has to wake it.
 */
final class SpanQueue implements SpanProcessor {

  /** About 2 MiB of spans: some seconds of a busy process. */
  static final int SPANS_MAX = 4_096;

  private static final int BATCH_SPANS_MAX = 512;

  /** Long enough to make batches, short enough to see a trace at once. */
  private static final long LOOK_EACH_MS = 100;

  /** A process that stops waits no longer for its collector. */
  private static final long FLUSH_MS = 2_000;

  static final String NAME = "tideline_otlp_spans_total";
  static final String HELP = "Spans by what became of them on the way to the collector.";

  private static final Logger LOG = LoggerFactory.getLogger(SpanQueue.class);

  private final SpanExporter exporter;
  private final Duration timeout;
  private final LongAdder sent;
  private final LongAdder failed;
  private final LongAdder dropped;
  private final BlockingQueue<SpanData> waiting = new ArrayBlockingQueue<>(SPANS_MAX);
  private final Thread sender;

  /** Of the sending thread alone. */
  private boolean taking = true;

  private final CountDownLatch closing = new CountDownLatch(1);

  SpanQueue(SpanExporter exporter, Duration timeout, Metrics metrics) {
    this.exporter = exporter;
    this.timeout = timeout;
    sent = metrics.counter(NAME, HELP, "result", "sent");
    failed = metrics.counter(NAME, HELP, "result", "failed");
    dropped = metrics.counter(NAME, HELP, "result", "dropped");
    sender = Thread.ofPlatform().daemon().name("otlp").start(this::send);
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (!waiting.offer(span.toSpanData())) {
      dropped.increment();
    }
  }

  private void send() {
    try {
      do {
        sendWaiting();
      } while (!closing.await(LOOK_EACH_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sendWaiting();
  }

  private void sendWaiting() {
    var batch = new ArrayList<SpanData>();
    while (waiting.drainTo(batch, BATCH_SPANS_MAX) > 0) {
      var result = exporter.export(batch).join(timeout.toMillis(), TimeUnit.MILLISECONDS);
      (result.isSuccess() ? sent : failed).add(batch.size());
      tellChange(result.isSuccess());
      batch.clear();
    }
  }

  private void tellChange(boolean taken) {
    if (taken != taking) {
      taking = taken;
      LOG.warn("the collector of traces {}", taken ? "takes spans again" : "takes no spans");
    }
  }

  @Override
  public CompletableResultCode shutdown() {
    closing.countDown();
    try {
      sender.join(FLUSH_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    dropped.add(waiting.size());
    return exporter.shutdown();
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }
}
