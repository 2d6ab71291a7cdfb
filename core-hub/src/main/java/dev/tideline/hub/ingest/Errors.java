package dev.tideline.hub.ingest;

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

  private static Error error(Error.Code code, String text, boolean retryable) {
    return Error.newBuilder()
        .setCode(code)
        .setScope(Error.Scope.STREAM)
        .setRetryable(retryable)
        .setText(text)
        .build();
  }
}
