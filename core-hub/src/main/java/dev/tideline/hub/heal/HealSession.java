package dev.tideline.hub.heal;

import dev.tideline.wire.v1.Error;

/** The conversation with an edge that brings what it retains. Called from the healing thread. */
public interface HealSession {

  /** The edge may send. */
  void begin();

  /** A batch of it was decided. */
  void taken();

  /** It may be served; of a session that is over this has no effect. */
  void healed(long decidedAgain, long missing);

  /** It is not, or no longer, waited for. */
  void letGo(Error why);
}
