package dev.tideline.edge.uplink;

/**
 * Where an edge stands with its hub.
 *
 * <pre>
 *  from          event                                       to
 *  DISCONNECTED  dialled                                     CONNECTING   Hello goes out
 *  CONNECTING    Welcome                                     CONNECTED
 *  CONNECTING    Welcome with HEAL, or behind what is known  STALE_HUB    dials again, slowly
 *  CONNECTING    Welcome with another hash at the watermark  FORKED       for good
 *  CONNECTING    Refused                                     REFUSED      dials again, slowly
 *  any           Refused or Error with FENCED                FENCED       for good
 *  CONNECTING,
 *  CONNECTED     stream ended, or silent for too long        DISCONNECTED dials again
 *  STALE_HUB,
 *  REFUSED       dialled                                     CONNECTING
 * </pre>
 */
public enum UplinkState {
  DISCONNECTED,
  CONNECTING,
  CONNECTED,
  /** The hub knows less than this edge: an older copy of it. The edge goes on alone. */
  STALE_HUB,
  /** Another copy of this edge has been seen later. Writes are refused. */
  FENCED,
  /** This incarnation lives, or lived, twice. Writes are refused. */
  FORKED,
  /** The hub does not take this edge as it is. */
  REFUSED;

  /** Whether only a restart leads out. */
  public boolean isFinal() {
    return this == FENCED || this == FORKED;
  }
}
