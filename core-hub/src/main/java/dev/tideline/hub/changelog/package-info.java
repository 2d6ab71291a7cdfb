/**
 * The change log: what has been decided, in one sequence of records for all partitions, the single
 * source of truth. Reconcile appends; fan-out reads, never beyond what is durable; at start
 * everything else in the hub is rebuilt from it. The entry is {@link
 * dev.tideline.hub.changelog.ChangeLogDriver}.
 */
@NullMarked
package dev.tideline.hub.changelog;

import org.jspecify.annotations.NullMarked;
