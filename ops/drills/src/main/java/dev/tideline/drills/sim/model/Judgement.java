package dev.tideline.drills.sim.model;

import dev.tideline.drills.sim.model.History.Decided;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Verdict;
import dev.tideline.wire.v1.Decision;
import java.util.Map;

/**
 * What the hub decided beside what it should have decided.
 *
 * @param lastDecided sequence of the mutation before, of the same process and partition
 * @param cells of the keys that should change, after it
 * @param rules by which they were made
 */
public record Judgement(
    Decision decision,
    Decided told,
    Made made,
    long lastDecided,
    Verdict verdict,
    Map<QualifiedKey, Cell> cells,
    Rules rules) {}
