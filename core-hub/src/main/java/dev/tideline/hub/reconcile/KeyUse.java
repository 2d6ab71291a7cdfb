package dev.tideline.hub.reconcile;

import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.MutationId;

/**
 * The first use of an idempotency key.
 *
 * @param hash of the mutation's content
 * @param wallMs when it was decided, in milliseconds since 1970
 */
public record KeyUse(IdempotencyScope scope, MutationId first, long hash, long wallMs) {}
