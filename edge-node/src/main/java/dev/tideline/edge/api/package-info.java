/**
 * What clients of an edge talk to: {@link dev.tideline.edge.api.EdgeGateway} in the same JVM, and
 * over HTTP {@link dev.tideline.edge.api.HttpApi}. Checks identity, size and contract, hands writes
 * to the replica, and waits for as much as an acknowledgement promises.
 */
@NullMarked
package dev.tideline.edge.api;

import org.jspecify.annotations.NullMarked;
