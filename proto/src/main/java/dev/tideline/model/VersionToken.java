package dev.tideline.model;

/**
 * What a read hands out and a conditional write brings back: what the client saw, not what the edge
 * has. Valid at any edge; becoming committed does not invalidate it.
 *
 * @param time of the version that was read, so that a write upon it is later
 */
public record VersionToken(int partition, Context context, HybridTime time) {}
