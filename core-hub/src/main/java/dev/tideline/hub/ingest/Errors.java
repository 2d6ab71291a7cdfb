package dev.tideline.hub.ingest;

import dev.tideline.hub.reconcile.ReconcileDriver.Submitted;
import dev.tideline.wire.v1.Error;

/** Errors as told to an edge. All end the stream; whether to come again is said with each. */
final class Errors {

  /** What is kept of the change log does not reach to where the edge is in its stream. */
  static final Error BEHIND =
      retryable(
          Error.Code.TOO_FAR_BEHIND,
          "the edge reads too slowly: the log is kept no longer for it (log.pinned-bytes);"
              + " it goes on from a snapshot");

  private Errors() {}

  /** The edge does well to connect again; the cause may be gone. */
  static Error retryable(Error.Code code, String text) {
    return error(code, text, true);
  }

  /** Connecting again as it is will end the same way. */
  static Error lasting(Error.Code code, String text) {
    return error(code, text, false);
  }

  /** Why a batch is not taken. */
  static Error of(Submitted refused, long lastSequence) {
    return refused == Submitted.CLOSED
        ? retryable(
            Error.Code.CLOSED_INCARNATION,
            "nothing more is decided of the incarnation of the batch that ends at %d"
                .formatted(lastSequence))
        : retryable(
            Error.Code.GAP,
            "mutations are missing before or within the batch that ends at %d"
                .formatted(lastSequence));
  }

  /** What a session hears whose edge has begun another. */
  static Error displaced(boolean sameIncarnation) {
    return sameIncarnation
        ? lasting(
            Error.Code.FORKED_INCARNATION,
            "another session of this very incarnation has begun: it lives twice")
        : lasting(Error.Code.FENCED, "a session of a newer incarnation of this edge has begun");
  }

  private static Error error(Error.Code code, String text, boolean retryable) {
    return Error.newBuilder()
        .setCode(code)
        .setScope(Error.Scope.STREAM)
        .setRetryable(retryable)
        .setText(text)
        .build();
  }
}
