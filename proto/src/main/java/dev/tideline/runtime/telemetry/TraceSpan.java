package dev.tideline.runtime.telemetry;

import com.google.protobuf.ByteString;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;

/** A span under way. Safe for threads; it is sent once it has ended. */
public final class TraceSpan {

  private final Span span;

  TraceSpan(Span span) {
    this.span = span;
  }

  /** Sets an attribute, {@code tideline.…}. */
  public TraceSpan set(String key, String value) {
    span.setAttribute(key, value);
    return this;
  }

  /** Sets an attribute, {@code tideline.…}. */
  public TraceSpan set(String key, long value) {
    span.setAttribute(key, value);
    return this;
  }

  /** What the span stands for did not succeed. */
  public TraceSpan failed(String why) {
    span.setStatus(StatusCode.ERROR, why);
    return this;
  }

  /** The context that makes further spans children of this one: {@link TraceContext}. */
  public ByteString context() {
    return TraceContext.of(span.getSpanContext());
  }

  /** Ends it at this moment. */
  public void end() {
    span.end();
  }
}
