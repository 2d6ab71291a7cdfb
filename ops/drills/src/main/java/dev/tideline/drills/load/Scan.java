package dev.tideline.drills.load;

/**
 * One scan of a warehouse scanner: so many units more (or fewer) of one article.
 *
 * @param key of the counter in the namespace {@code inventory}
 * @param delta units
 * @param idempotencyKey unique to the scan, however often it is sent
 */
public record Scan(String key, long delta, String idempotencyKey) {}
