package dev.tideline.hub.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.hub.snapshot.SnapshotStream;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.SnapshotFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** The way of a snapshot to an edge that takes so many frames and keeps them. Safe for threads. */
public final class RecordedSnapshot implements SnapshotStream {

  private final List<SnapshotFrame> frames = new ArrayList<>();
  private int room;
  private boolean over;

  public RecordedSnapshot(int framesMax) {
    room = framesMax;
  }

  @Override
  public synchronized boolean isReady() {
    return room > 0;
  }

  @Override
  public synchronized void send(SnapshotFrame frame) {
    room--;
    frames.add(frame);
  }

  @Override
  public synchronized void complete() {
    over = true;
  }

  @Override
  public synchronized void fail(RuntimeException cause) {
    throw cause;
  }

  /** It takes more frames; the snapshot must be told. */
  public synchronized void makeRoom(int further) {
    room += further;
  }

  public synchronized List<SnapshotFrame> frames() {
    return List.copyOf(frames);
  }

  /** Everything of the table that it was sent. */
  public List<ByteString> changes() {
    return frames().stream().flatMap(f -> f.getChunk().getChangesList().stream()).toList();
  }

  /** The token of the last chunk; empty if there was none. */
  public ByteString token() {
    return frames().stream()
        .map(frame -> frame.getChunk().getResumeToken())
        .filter(token -> !token.isEmpty())
        .reduce(ByteString.EMPTY, (before, token) -> token);
  }

  /** Waits for so many frames. */
  public void awaitFrames(int count) {
    await(() -> frames().size() >= count);
  }

  /** Waits until the call is over. */
  public void awaitOver() {
    await(this::isOver);
  }

  private synchronized boolean isOver() {
    return over;
  }

  /** Waits for the refusal that ends the call. */
  public void awaitRefusal(Error.Code code, boolean retryable) {
    awaitOver();
    var error = frames().getLast().getError();
    assertThat(error.getCode()).isEqualTo(code);
    assertThat(error.getRetryable()).isEqualTo(retryable);
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(2))
        .until(condition);
  }
}
