/**
 * What ought to be: a small model of the rules, made from semantics alone, that decides every
 * mutation again from what its writer truly saw. {@link dev.tideline.drills.sim.model.History} is
 * the entry.
 */
@NullMarked
package dev.tideline.drills.sim.model;

import org.jspecify.annotations.NullMarked;
