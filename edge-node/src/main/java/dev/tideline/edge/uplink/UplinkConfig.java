package dev.tideline.edge.uplink;

/** Where the hub is. */
public record UplinkConfig(String host, int port) {

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
