package dev.tideline.drills.sim.model;

/** When a record was appended, by the world's clock and by the hub's. */
public record Moment(long us, long wallMs) {}
