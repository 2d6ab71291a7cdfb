package dev.tideline.edge.api;

import dev.tideline.model.Durability;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.telemetry.TraceSpan;
import dev.tideline.runtime.telemetry.Tracing;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The span {@code edge.write}, from the request to its acknowledgement. The mutation carries the
 * span's context, so whatever becomes of it, at whichever node and however much later, has this
 * span as its parent. A write that is not traced keeps the context that it came with.
 */
final class WriteTracing {

  private final EdgeId edge;
  private final Tracing tracing;

  WriteTracing(EdgeId edge, Tracing tracing) {
    this.edge = edge;
    this.tracing = tracing;
  }

  WriteResult write(WriteRequest request, Function<WriteRequest, WriteResult> writer) {
    if (!tracing.samples(request.traceContext())) {
      return writer.apply(request);
    }
    var span = tracing.begin("edge.write", request.traceContext());
    try {
      var result = writer.apply(request.withTraceContext(span.context()));
      describe(span.set("tideline.edge", edge.text()), result);
      return result;
    } catch (RuntimeException e) {
      span.failed(e.toString());
      throw e;
    } finally {
      span.end();
    }
  }

  CompletableFuture<WriteResult> writeLater(
      WriteRequest request, Function<WriteRequest, CompletableFuture<WriteResult>> writer) {
    if (!tracing.samples(request.traceContext())) {
      return writer.apply(request);
    }
    var span = tracing.begin("edge.write", request.traceContext());
    return writer
        .apply(request.withTraceContext(span.context()))
        .whenComplete(
            (WriteResult result, Throwable failure) -> {
              if (failure == null) {
                describe(span.set("tideline.edge", edge.text()), result);
              } else {
                span.failed(failure.toString());
              }
              span.end();
            });
  }

  private static void describe(TraceSpan span, WriteResult result) {
    switch (result) {
      case WriteResult.Acknowledged acknowledged -> {
        name(span, acknowledged.receipt(), acknowledged.reached());
        acknowledged
            .verdict()
            .ifPresent(verdict -> span.set("tideline.verdict", verdict.verdict().name()));
      }
      case WriteResult.Refused refused -> span.failed(refused.refusal().code().code());
      case WriteResult.Uncertain uncertain -> {
        name(span, uncertain.receipt(), Durability.MEMORY);
        span.failed("the disk failed");
      }
    }
  }

  private static void name(TraceSpan span, Receipt receipt, Durability reached) {
    span.set("tideline.receipt", receipt.toString())
        .set("tideline.partition", receipt.partition())
        .set("tideline.ack", reached.text());
  }
}
