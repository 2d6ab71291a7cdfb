package dev.tideline.model;

/** Why a mutation was rejected or quarantined. */
public enum Reason {
  NONE,
  OVERFLOW,
  IDEMPOTENCY_KEY_REUSED,
  STALE_BASE,
  UNKNOWN_NAMESPACE,
  WRONG_TYPE,
  TOO_LARGE,
  PRECONDITION,
  UNKNOWN_FIELDS,
  KEYS_FULL,
  KEY_EXPIRED,
  TABLE_FULL,
  MALFORMED
}
