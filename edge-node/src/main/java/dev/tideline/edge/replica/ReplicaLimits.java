package dev.tideline.edge.replica;

/**
 * Where a replica stops taking writes, so that it never grows without bound.
 *
 * @param undecidedMax mutations that may be pending
 * @param undecidedBytesMax bytes of journal that they may take
 * @param clockSkewMaxMs how far ahead of the wall clock a token's time may be
 */
public record ReplicaLimits(int undecidedMax, long undecidedBytesMax, long clockSkewMaxMs) {}
