/**
 * Those who follow keys instead of asking for them: {@link dev.tideline.edge.watch.WatchDriver}
 * hears from the replica what moves, remembers a bounded stretch of it per partition, and sends
 * each watcher the state, a mark, and what happens from then on. The API opens watches and owns
 * their streams; a watcher that does not keep up is let go, and never slows a writer.
 */
@NullMarked
package dev.tideline.edge.watch;

import org.jspecify.annotations.NullMarked;
