package dev.tideline.hub.heal;

import dev.tideline.model.EdgeId;
import java.util.List;

/**
 * How healing stands, for operators.
 *
 * @param waitingFor edges that have not come yet
 * @param waitsForMs for how long they are still waited for; 0 if they are not
 * @param decidedAgain mutations, since the hub started
 * @param rounds that were finished since then
 */
public record HealStatus(
    HealCore.Phase phase,
    List<EdgeId> waitingFor,
    long waitsForMs,
    long decidedAgain,
    long rounds) {}
