package dev.tideline.model;

/**
 * Within which an idempotency key is unique; of a batch, namespace and key are those of its first
 * operation.
 */
public record IdempotencyScope(String actor, QualifiedKey target, String idempotencyKey) {

  /** Longest idempotency key, in UTF-8 bytes; they are held for the whole retention. */
  public static final int KEY_BYTES_MAX = 256;
}
