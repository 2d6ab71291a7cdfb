package dev.tideline.store;

import net.openhft.chronicle.hash.Data;
import org.jspecify.annotations.Nullable;

/** Says whether a cell may be put, when what it would replace has been found. */
interface CellGuard {

  /** Nothing stands against it. */
  CellGuard ANY = (key, cell, held) -> true;

  /**
   * Whether the cell may be put.
   *
   * @param held what the key has, valid during the call; null if it has nothing
   */
  boolean allow(Slice key, Slice cell, @Nullable Data<Slice> held);
}
