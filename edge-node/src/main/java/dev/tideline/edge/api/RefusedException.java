package dev.tideline.edge.api;

import dev.tideline.runtime.Refusal;

/** Ends a request from deep within its parsing; interfaces use it, the gateway does not. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  RefusedException(Refusal refusal) {
    super(refusal.detail(), null, false, false);
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
