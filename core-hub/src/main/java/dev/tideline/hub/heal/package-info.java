/**
 * Healing: what a hub does that was set back to an older copy, by a restore or behind its back.
 *
 * <p>Decisions behind the copy are gone from it; edges have applied them, and clients were told of
 * them. Each Hello carries the terms that the edge has followed with their first revisions, so the
 * last revision that both know is found without any mark in the copy: the fork. An edge that is
 * beyond it, or that knows more of its own mutations as decided than the hub, is answered HEAL, and
 * a <i>round</i> begins:
 *
 * <pre>
 *  hub                                       edge beyond the fork          edge within it
 *   | ◀──────────────────────────── Hello ──────|                             |
 *   | gathering: every other session ends       |                             |
 *   | ─── Welcome: HEAL fork, watermarks ──────▶|                             |
 *   | ◀── HealBatch: retained above them ───────|                             |
 *   | ◀───────────────────────────────────────────────────── Hello ───────────|
 *   | ─────────────────────────── Welcome: HEAL own cursor, watermarks ──────▶|
 *   | ◀────────────────────────────────────────────────── HealBatch ──────────|
 *   | all enrolled edges are here, or the deadline has passed:                |
 *   | deciding, in the order in which it was decided before                   |
 *   | ─── HealTaken … ─────────────────────────▶|────────────────────────────▶|
 *   | PartitionHealed is durable                |                             |
 *   | ─── Healed ──────────────────────────────▶|────────────────────────────▶|
 *   | ◀──────────────────────────── Hello ──────| ◀── Hello ──────────────────|
 *   | ─── Welcome: SNAPSHOT, in place of what ─▶| ─── Welcome: RESUME ───────▶|
 *   |     was applied beyond the fork           |                             |
 * </pre>
 *
 * <p>Everybody brings everything above the watermarks, of all partitions, decided or not: an edge
 * does not know whether the hub had decided what it has not heard of, and somebody else may have
 * seen it. It brings one partition after the other, each in the order of its journal, and at most
 * two batches ahead; so the order over all edges is a merge, and the hub holds a few batches of
 * each, however much they retain. {@code Rank} says what that order is and why nothing comes before
 * what it saw. What the edge knows to have been decided comes with its verdict: what was rejected
 * stays rejected; everything else is decided by the rules of its type, with its context in the
 * words of the history that stands ({@code Histories} in reconcile): for that everybody brings
 * first where the newest mutations stood of which it was told, its own and others'. The watermarks
 * make repetitions harmless, so a round that breaks off, because the hub or an edge dies, simply
 * begins again.
 *
 * <p>An edge that comes after the deadline is a <i>straggler</i>: a round of its own, for which
 * nobody waits. Its mutations are decided against what came since, so what they meet unseen goes to
 * the conflict records. What edges knew of and nobody retains is counted, listed by range where its
 * source is known, and shown under {@code /v1/healing}, as a metric and in the log; the watermarks
 * rise over it, and its receipts answer LOST.
 *
 * <p>{@link dev.tideline.hub.heal.HealDriver} is the entry; {@link dev.tideline.hub.heal.HealCore}
 * decides who is waited for and what comes next. Ingest hands over; reconcile decides.
 */
@NullMarked
package dev.tideline.hub.heal;

import org.jspecify.annotations.NullMarked;
