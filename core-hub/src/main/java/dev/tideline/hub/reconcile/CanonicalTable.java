package dev.tideline.hub.reconcile;

import dev.tideline.codec.StateBytes;
import dev.tideline.codec.TableKeys;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.store.Slice;
import dev.tideline.store.Table;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One partition's part of the canonical table, with an undo log: what is decided is written at
 * once, so that the next mutation sees it, and taken back if its record cannot be appended. Guarded
 * by the partition's lock, which every reader takes too; writes to the shared table are serialised
 * here. An entry, little-endian:
 *
 * <pre>
 *  0                          8
 *  +--------------------------+------------------------+
 *  | revision of the change   | state, as StateBytes … |
 *  +--------------------------+------------------------+
 * </pre>
 *
 * The revision of the change can exceed the state's: a duplicate that joins a version's origins is
 * a change, yet the version keeps the revision that decided it.
 */
public final class CanonicalTable {

  private static final int STATE_AT = 8;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Table table;
  private final Slice key = new Slice(128);
  private final Slice value = new Slice(1024);
  private final List<Undo> undo = new ArrayList<>();
  private long takenBack;

  CanonicalTable(Table table) {
    this.table = table;
  }

  /** A key's entry; revision 0 if it was never written. */
  public record Entry(long changeRevision, State state) {
    static final Entry NONE = new Entry(0, State.ABSENT);

    /** Reads the value of a table entry. */
    public static Entry read(Slice value) {
      return new Entry((long) LONGS.get(value.array(), 0), StateBytes.read(value, STATE_AT));
    }
  }

  private record Undo(QualifiedKey target, Entry before) {}

  Entry read(QualifiedKey target) {
    TableKeys.write(target, key);
    return table.get(key, value) ? Entry.read(value) : Entry.NONE;
  }

  /** Replaces an entry; false, with nothing changed, if the table is full. */
  boolean write(QualifiedKey target, Entry before, Entry after) {
    if (!put(target, after)) {
      return false;
    }
    undo.add(new Undo(target, before));
    return true;
  }

  /** Where the undo log stands. */
  int mark() {
    return undo.size();
  }

  /** Takes back everything written since the mark. */
  void rollbackTo(int mark) {
    while (undo.size() > mark) {
      var last = undo.removeLast();
      takenBack++;
      if (last.before().changeRevision() == 0) {
        remove(last.target());
      } else if (!put(last.target(), last.before())) {
        throw new IllegalStateException("the table has no room for what it held before");
      }
    }
  }

  /** Writes that were taken back, ever. */
  long takenBack() {
    return takenBack;
  }

  /** Everything written stays. */
  void commit() {
    undo.clear();
  }

  private boolean put(QualifiedKey target, Entry entry) {
    TableKeys.write(target, key);
    value.resize(STATE_AT);
    LONGS.set(value.array(), 0, entry.changeRevision());
    StateBytes.append(entry.state(), value);
    synchronized (table) {
      return table.put(key, value);
    }
  }

  private void remove(QualifiedKey target) {
    TableKeys.write(target, key);
    synchronized (table) {
      table.remove(key);
    }
  }
}
