package dev.tideline.hub.fanout;

import dev.tideline.wire.v1.HubFrame;

/** The way to one edge. Called by one thread at a time; nothing here blocks. */
public interface FrameStream {

  /** Whether a frame would leave now rather than pile up. */
  boolean isReady();

  void send(HubFrame frame);

  /** Lets that many more frames of the edge come in. */
  void request(int frames);

  /** The conversation ends regularly, after what was sent. */
  void complete();

  /** The conversation breaks off for a defect of ours. */
  void fail(RuntimeException cause);
}
