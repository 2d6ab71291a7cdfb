package dev.tideline.edge.uplink;

/**
 * Where the edge stands with its hub.
 *
 * @param detail one line for the operator
 */
public record HubStatus(String address, UplinkState state, String detail) {}
