package dev.tideline.edge.uplink;

import io.grpc.Channel;

/** A way to the hub: whoever opens a stream asks for it anew, so that it is tried at once. */
public interface HubLink extends AutoCloseable {

  /** The channel, which tries at once even if it failed a moment ago. */
  Channel connect();

  /** Where it leads, for operators. */
  String address();

  @Override
  void close();
}
