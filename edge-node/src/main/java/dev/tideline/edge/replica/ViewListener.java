package dev.tideline.edge.replica;

import dev.tideline.model.QualifiedKey;

/** Hears what becomes visible. Called under the replica's lock, in order; must not block. */
public interface ViewListener {

  /** For a replica that nobody listens to. */
  ViewListener NONE =
      new ViewListener() {
        @Override
        public boolean listens(int partition) {
          return false;
        }

        @Override
        public void moved(ViewMove move) {}

        @Override
        public void replaced(int partition) {}

        @Override
        public void quarantined(QualifiedKey key) {}
      };

  /** Whether moves of the partition are to be told at all. */
  boolean listens(int partition);

  /** Views moved. */
  void moved(ViewMove move);

  /**
   * Views moved in a way that is not told key by key, or what is held became less: who follows must
   * start over.
   */
  void replaced(int partition);

  /** A change of a key could not be applied: its view is of no account until it is told again. */
  void quarantined(QualifiedKey key);
}
