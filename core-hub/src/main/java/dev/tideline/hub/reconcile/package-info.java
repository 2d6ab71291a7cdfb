/**
 * Decides: one order per partition, one verdict per mutation, exactly once. Ingest hands over a
 * batch's share of a partition; what is decided goes to the change log as one record. {@link
 * dev.tideline.hub.reconcile.ReconcileDriver} is the entry, {@link
 * dev.tideline.hub.reconcile.PartitionCore} does the deciding, one per partition, guarded by one
 * lock each, on whichever thread brings the event.
 */
@NullMarked
package dev.tideline.hub.reconcile;

import org.jspecify.annotations.NullMarked;
