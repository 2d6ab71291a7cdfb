package dev.tideline.drills.sim.world;

import com.google.protobuf.ByteString;

/** What a planted bug does to a log. */
public interface Tamper {

  /** Nothing. */
  Tamper NONE = new Tamper() {};

  /** What is written instead. */
  default ByteString record(ByteString record) {
    return record;
  }

  /** Where it is truncated instead. */
  default long truncation(long position) {
    return position;
  }

  /** Whether it says that it has synced, and has not. */
  default boolean liesAboutSync() {
    return false;
  }
}
