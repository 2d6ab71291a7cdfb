package dev.tideline.runtime;

import io.grpc.Status;

/**
 * Every refusal has a stable code: this is the one table that maps it to HTTP, gRPC and the exit
 * status of the command line.
 */
public enum ErrorCode {
  MALFORMED("TL-MALFORMED", 400, Status.Code.INVALID_ARGUMENT, 1),
  KEY_INVALID("TL-KEY-INVALID", 400, Status.Code.INVALID_ARGUMENT, 1),
  TOKEN_INVALID("TL-TOKEN-INVALID", 400, Status.Code.INVALID_ARGUMENT, 1),
  RECEIPT_INVALID("TL-RECEIPT-INVALID", 400, Status.Code.INVALID_ARGUMENT, 1),
  NAMESPACE_UNKNOWN("TL-NAMESPACE-UNKNOWN", 404, Status.Code.NOT_FOUND, 1),
  KEY_UNKNOWN("TL-KEY-UNKNOWN", 404, Status.Code.NOT_FOUND, 1),
  RECEIPT_UNKNOWN("TL-RECEIPT-UNKNOWN", 404, Status.Code.NOT_FOUND, 1),
  ROUTE_UNKNOWN("TL-ROUTE-UNKNOWN", 404, Status.Code.UNIMPLEMENTED, 1),
  OPERATION_NOT_ALLOWED("TL-OPERATION-NOT-ALLOWED", 405, Status.Code.FAILED_PRECONDITION, 1),
  IDEMPOTENCY_KEY_REUSED("TL-IDEMPOTENCY-KEY-REUSED", 409, Status.Code.ALREADY_EXISTS, 1),
  PRECONDITION_FAILED("TL-PRECONDITION-FAILED", 412, Status.Code.ABORTED, 1),
  REJECTED("TL-REJECTED", 409, Status.Code.FAILED_PRECONDITION, 1),
  TOO_LARGE("TL-TOO-LARGE", 413, Status.Code.INVALID_ARGUMENT, 1),
  NOT_JSON("TL-NOT-JSON", 415, Status.Code.INVALID_ARGUMENT, 1),
  INTERNAL("TL-INTERNAL", 500, Status.Code.INTERNAL, 1),
  STALE("TL-STALE", 503, Status.Code.UNAVAILABLE, 1),
  WATCH_TOO_SLOW("TL-WATCH-TOO-SLOW", 503, Status.Code.RESOURCE_EXHAUSTED, 1),
  NO_CATALOG("TL-NO-CATALOG", 503, Status.Code.UNAVAILABLE, 1),
  NOT_ACCEPTED("TL-NOT-ACCEPTED", 503, Status.Code.RESOURCE_EXHAUSTED, 1),
  KEYS_FULL("TL-KEYS-FULL", 503, Status.Code.RESOURCE_EXHAUSTED, 1),
  TABLE_FULL("TL-TABLE-FULL", 503, Status.Code.RESOURCE_EXHAUSTED, 1),
  QUARANTINED("TL-QUARANTINED", 503, Status.Code.DATA_LOSS, 1),
  UNCERTAIN("TL-UNCERTAIN", 503, Status.Code.UNKNOWN, 1),
  OUT_OF_INTEREST("TL-OUT-OF-INTEREST", 503, Status.Code.UNAVAILABLE, 1),
  INTERESTS_FULL("TL-INTERESTS-FULL", 400, Status.Code.INVALID_ARGUMENT, 1),
  INTEREST_INVALID("TL-INTEREST-INVALID", 400, Status.Code.INVALID_ARGUMENT, 1),
  LOADING("TL-LOADING", 503, Status.Code.UNAVAILABLE, 1),
  FENCED("TL-FENCED", 503, Status.Code.FAILED_PRECONDITION, 1),
  HUB_UNREACHABLE("TL-HUB-UNREACHABLE", 503, Status.Code.UNAVAILABLE, 3);

  private final String code;
  private final int httpStatus;
  private final Status.Code grpcCode;
  private final int exitStatus;

  ErrorCode(String code, int httpStatus, Status.Code grpcCode, int exitStatus) {
    this.code = code;
    this.httpStatus = httpStatus;
    this.grpcCode = grpcCode;
    this.exitStatus = exitStatus;
  }

  /** The stable text, {@code TL-…}. */
  public String code() {
    return code;
  }

  public int httpStatus() {
    return httpStatus;
  }

  public Status.Code grpcCode() {
    return grpcCode;
  }

  /** Of the command line: 1 refused or failed, 3 unreachable. */
  public int exitStatus() {
    return exitStatus;
  }
}
