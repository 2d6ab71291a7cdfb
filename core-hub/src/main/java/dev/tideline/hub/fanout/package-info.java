/**
 * Sends what has been decided to the edges, in order, and never before it is durable. Each session
 * reads the change log at its own place: catching up and following live are one path, and a slow
 * edge costs no memory. {@link dev.tideline.hub.fanout.FanoutDriver} is the entry; {@link
 * dev.tideline.hub.fanout.FanoutCore} decides what goes out, {@link
 * dev.tideline.hub.fanout.FanoutSession} is the sending half of one conversation.
 */
@NullMarked
package dev.tideline.hub.fanout;

import org.jspecify.annotations.NullMarked;
