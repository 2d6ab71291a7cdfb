package dev.tideline.rig;

/**
 * Where the nodes of a rig listen, on loopback. Edge number i has the i-th port from the first on.
 * 0 is any port that is free when the rig is made, and stays the same over restarts.
 */
public record RigPorts(int hubGrpc, int hubAdmin, int firstEdgeGrpc, int firstEdgeHttp) {

  /** Ports that nobody else has: for many rigs on one machine. */
  public static final RigPorts FREE = new RigPorts(0, 0, 0, 0);

  /** The ports that every command takes where none is named. */
  public static final RigPorts USUAL = new RigPorts(7400, 7480, 7401, 7411);

  /** The port itself, or one that is free. */
  static int or(int port) {
    return port == 0 ? FreePorts.next() : port;
  }

  int edgeHttp(int number) {
    return or(firstEdgeHttp == 0 ? 0 : firstEdgeHttp + number);
  }

  int edgeGrpc(int number) {
    return or(firstEdgeGrpc == 0 ? 0 : firstEdgeGrpc + number);
  }
}
