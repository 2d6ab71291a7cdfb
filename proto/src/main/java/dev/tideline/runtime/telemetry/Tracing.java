package dev.tideline.runtime.telemetry;

import com.google.protobuf.ByteString;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Spans of one process. Whether there is to be one is asked first: {@link #samples} before a trace
 * may begin, {@link #follows} where it would be continued. Both cost a few nanoseconds and allocate
 * nothing, so that a process without tracing pays for no more than the question. Safe for threads.
 */
public final class Tracing implements AutoCloseable {

  /** No tracing: there is never to be a span. */
  public static final Tracing OFF = new Tracing(TracerProvider.noop(), () -> {}, 0, false);

  private static final String SCOPE = "dev.tideline";

  /** A collector that takes longer counts as gone; what it was sent counts as failed. */
  private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(5);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final Tracer tracer;
  private final Runnable closing;
  private final double share;
  private final boolean on;

  private Tracing(TracerProvider provider, Runnable closing, double share, boolean on) {
    this.tracer = provider.get(SCOPE);
    this.closing = closing;
    this.share = share;
    this.on = on;
  }

  /** Tracing as configured; {@link #OFF} if no collector is named. */
  static Tracing start(TelemetryConfig config, Metrics metrics) {
    return config.collector().map(url -> start(url, config, metrics)).orElse(OFF);
  }

  private static Tracing start(URI url, TelemetryConfig config, Metrics metrics) {
    var exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(url.toString())
            .setTimeout(EXPORT_TIMEOUT)
            .setConnectTimeout(CONNECT_TIMEOUT)
            .setRetryPolicy(null)
            .build();
    var queue = new SpanQueue(exporter, EXPORT_TIMEOUT, metrics);
    var resource =
        Resource.create(
            Attributes.builder()
                .put("service.name", config.service())
                .put("service.instance.id", config.instance())
                .build());
    var provider =
        SdkTracerProvider.builder()
            .setResource(resource)
            .setSampler(Sampler.alwaysOn())
            .addSpanProcessor(queue)
            .build();
    return new Tracing(provider, provider::close, config.sampling(), true);
  }

  /** Whether a write that came with this context, or none, is to have a span. */
  public boolean samples(ByteString parent) {
    if (!on) {
      return false;
    }
    return parent.isEmpty()
        ? ThreadLocalRandom.current().nextDouble() < share
        : TraceContext.isSampled(parent);
  }

  /** Whether a step on the way of a write that carries this context is to have a span. */
  public boolean follows(ByteString parent) {
    return on && TraceContext.isSampled(parent);
  }

  /** Whether there is any tracing. */
  public boolean on() {
    return on;
  }

  /** Begins a span at this moment, a root if the parent is empty. */
  public TraceSpan begin(String name, ByteString parent) {
    return new TraceSpan(builder(name, parent).startSpan());
  }

  /** Begins a span that began a while ago. */
  public TraceSpan begin(String name, ByteString parent, Instant since) {
    long epochNs = TimeUnit.SECONDS.toNanos(since.getEpochSecond()) + since.getNano();
    return new TraceSpan(
        builder(name, parent).setStartTimestamp(epochNs, TimeUnit.NANOSECONDS).startSpan());
  }

  private SpanBuilder builder(String name, ByteString parent) {
    var builder = tracer.spanBuilder(name);
    return parent.isEmpty()
        ? builder.setNoParent()
        : builder.setParent(Context.root().with(Span.wrap(TraceContext.parent(parent))));
  }

  /** Sends what has ended, for a moment at most. */
  @Override
  public void close() {
    closing.run();
  }
}
