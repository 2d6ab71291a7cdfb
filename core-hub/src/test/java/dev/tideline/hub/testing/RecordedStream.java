package dev.tideline.hub.testing;

import dev.tideline.hub.fanout.FrameStream;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.HubFrame;
import java.util.ArrayList;
import java.util.List;

/** A stream to an edge that keeps what it is sent. */
public final class RecordedStream implements FrameStream {

  public final List<HubFrame> frames = new ArrayList<>();
  public boolean ready = true;
  public boolean completed;
  public int requested;

  /** At most so many frames before it is no longer ready. */
  public int readyFrames = Integer.MAX_VALUE;

  @Override
  public boolean isReady() {
    return ready && readyFrames > 0;
  }

  @Override
  public void send(HubFrame frame) {
    readyFrames--;
    frames.add(frame);
  }

  @Override
  public void request(int frames) {
    requested += frames;
  }

  @Override
  public void complete() {
    completed = true;
  }

  @Override
  public void fail(RuntimeException cause) {
    throw cause;
  }

  /** The change batches sent. */
  public List<ChangeBatch> changes() {
    return frames.stream().filter(HubFrame::hasChangeBatch).map(HubFrame::getChangeBatch).toList();
  }

  /** The frame sent last. */
  public HubFrame last() {
    return frames.getLast();
  }
}
