/**
 * What clients did and saw while things went wrong, and the judgement of it afterwards. {@link
 * dev.tideline.drills.chaos.history.History} records, one line an operation; {@link
 * dev.tideline.drills.chaos.history.HistoryChecker} is pure: it is given the record and what the
 * nodes hold in the end, and says what does not fit.
 */
@NullMarked
package dev.tideline.drills.chaos.history;

import org.jspecify.annotations.NullMarked;
