package dev.tideline.edge.api;

import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.runtime.telemetry.Refusals;
import dev.tideline.wire.v1.BatchGetAnswer;
import dev.tideline.wire.v1.BatchGetRequest;
import dev.tideline.wire.v1.GetAnswer;
import dev.tideline.wire.v1.GetRequest;
import dev.tideline.wire.v1.ReceiptAnswer;
import dev.tideline.wire.v1.WriteAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clients of gRPC ask for, whether alone or within a channel. Reads are answered on the
 * calling thread and never wait; what waits, for a sync or for the hub, is a future. What is
 * refused is a {@link RefusedException}, thrown or as the future's failure.
 */
final class DataCalls {

  private static final Logger LOG = LoggerFactory.getLogger(DataCalls.class);

  private final EdgeGateway gateway;
  private final Refusals refusals;

  DataCalls(EdgeGateway gateway, Refusals refusals) {
    this.gateway = gateway;
    this.refusals = refusals;
  }

  /** Completed already if the key is held here. */
  CompletableFuture<GetAnswer> get(GetRequest request, Duration atMost) {
    DataCodec.requireKnown(request);
    var key = DataCodec.key(request.getKey());
    var within =
        request.hasTimeoutMs() ? DataCodec.timeout(request.getTimeoutMs()) : HubReads.WITHIN;
    return gateway
        .readThrough(
            key,
            DataCodec.demand(request.getFreshness()),
            within.compareTo(atMost) < 0 ? within : atMost)
        .thenApply(result -> DataCodec.answer(read(result)));
  }

  /** Completed already if all keys are held here. */
  CompletableFuture<BatchGetAnswer> batchGet(BatchGetRequest request, Duration atMost) {
    DataCodec.requireKnown(request);
    var within =
        request.hasTimeoutMs() ? DataCodec.timeout(request.getTimeoutMs()) : HubReads.WITHIN;
    var keys = new ArrayList<QualifiedKey>(request.getKeysCount());
    request.getKeysList().forEach(name -> keys.add(DataCodec.key(name)));
    return gateway
        .readAllThrough(
            keys,
            DataCodec.demand(request.getFreshness()),
            within.compareTo(atMost) < 0 ? within : atMost)
        .thenApply(results -> answer(results.stream().map(DataCalls::read).toList()));
  }

  private static BatchGetAnswer answer(List<ReadResult.Read> reads) {
    var answer = DataCodec.answer(reads);
    if (answer.getSerializedSize() > DataServer.MESSAGE_BYTES_MAX) {
      throw DataCodec.refused(
          ErrorCode.TOO_LARGE,
          "the values take %d bytes together".formatted(answer.getSerializedSize()),
          "fewer keys: an answer has at most %d bytes".formatted(DataServer.MESSAGE_BYTES_MAX));
    }
    return answer;
  }

  private static ReadResult.Read read(ReadResult result) {
    return switch (result) {
      case ReadResult.Read read -> read;
      case ReadResult.Refused refused -> throw new RefusedException(refused.refusal());
    };
  }

  CompletableFuture<WriteAnswer> write(WriteRequest request) {
    return gateway.writeLater(request).thenApply(DataCalls::written);
  }

  private static WriteAnswer written(WriteResult result) {
    return switch (result) {
      case WriteResult.Acknowledged acknowledged -> DataCodec.answer(acknowledged);
      case WriteResult.Refused refused -> throw new RefusedException(refused.refusal());
      case WriteResult.Uncertain uncertain ->
          throw new RefusedException(HttpWrites.uncertain(uncertain.receipt()));
    };
  }

  CompletableFuture<ReceiptAnswer> receipt(String text) {
    Receipt receipt;
    try {
      receipt = Receipt.parse(text);
    } catch (InvalidInputException e) {
      throw DataCodec.refused(ErrorCode.RECEIPT_INVALID, e.problem(), "send a receipt of a write");
    }
    return gateway.receiptLater(receipt).thenApply(state -> told(receipt, state));
  }

  private static ReceiptAnswer told(Receipt receipt, ReceiptState state) {
    return DataCodec.answer(state)
        .orElseThrow(() -> new RefusedException(HttpReads.noAnswer(receipt, state)));
  }

  /** Why a call failed, as its client is told; a fault of ours goes to the log. */
  Refusal refusal(Throwable failure) {
    var refusal = find(failure);
    refusals.count(refusal.code());
    return refusal;
  }

  private static Refusal find(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RefusedException refused) {
        return refused.refusal();
      }
    }
    LOG.error("a request failed", failure);
    return new Refusal(
        ErrorCode.INTERNAL, "the request failed: " + failure, "see the log of the edge");
  }
}
