/**
 * Looks on: health, edges, partitions, and what has been decided of a key, over HTTP. The entry is
 * {@link dev.tideline.hub.admin.AdminServer}; nothing here changes anything.
 */
@NullMarked
package dev.tideline.hub.admin;

import org.jspecify.annotations.NullMarked;
