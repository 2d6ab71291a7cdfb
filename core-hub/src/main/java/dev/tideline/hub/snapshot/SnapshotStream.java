package dev.tideline.hub.snapshot;

import dev.tideline.wire.v1.SnapshotFrame;

/** The way to one edge that loads. Called by one thread at a time; nothing here blocks. */
public interface SnapshotStream {

  /** Whether a frame would leave now rather than pile up. */
  boolean isReady();

  void send(SnapshotFrame frame);

  /** The call ends, after what was sent. */
  void complete();

  /** The call breaks off for a defect of ours. */
  void fail(RuntimeException cause);
}
