package dev.tideline.edge.uplink;

/**
 * Where an edge stands with its hub.
 *
 * <pre>
 *  from          event                                       to
 *  DISCONNECTED  dialled                                     CONNECTING   Hello goes out
 *  CONNECTING    Welcome                                     CONNECTED
 *  CONNECTING    Welcome with HEAL                           HEALING      brings what it retains
 *  CONNECTING    Welcome with another hash at a watermark    FORKED       draws an incarnation
 *  CONNECTING    Welcome while a fork is not settled         FORKED       compares, issues again
 *  any           Error with FORKED_INCARNATION               FORKED       draws an incarnation
 *  CONNECTING    Refused                                     REFUSED      dials again, slowly
 *  any           Refused or Error with FENCED                FENCED       for good
 *  CONNECTING,
 *  CONNECTED,
 *  HEALING,
 *  FORKED        stream ended, or silent for too long        DISCONNECTED dials again
 *  REFUSED       dialled                                     CONNECTING
 * </pre>
 */
public enum UplinkState {
  DISCONNECTED,
  CONNECTING,
  CONNECTED,
  /** The hub was set back and knows less than this edge, which brings it what it retains. */
  HEALING,
  /** Another copy of this edge has been seen later. Writes are refused. */
  FENCED,
  /** An incarnation lives, or lived, twice; what it made is told apart. Writes go on. */
  FORKED,
  /** The hub does not take this edge as it is. */
  REFUSED;

  /** Whether only a restart leads out. */
  public boolean isFinal() {
    return this == FENCED;
  }
}
