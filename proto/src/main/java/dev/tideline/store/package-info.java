/**
 * Where bytes live: {@link dev.tideline.store.RecordLog} is the truth, {@link
 * dev.tideline.store.Table} a projection of it that can be thrown away. Two small ports, each with
 * a Chronicle and an in-memory implementation and one contract test for both. Only this package
 * (and the two classes that wire a process) may name Chronicle types.
 */
@NullMarked
package dev.tideline.store;

import org.jspecify.annotations.NullMarked;
