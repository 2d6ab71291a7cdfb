package dev.tideline.drills.sim.world;

import com.google.protobuf.MessageLite;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.SnapshotFrame;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * One direction of a stream: in order, with a delay, as fast as the receiver asks. What the
 * transport would still take without piling up is bounded, as with gRPC.
 */
final class Pipe {

  /** What it takes before it is not ready; gRPC takes 32 KiB, of frames that are larger. */
  private static final int BYTES_MAX = 2 * 1024;

  private final World world;
  private final Link link;
  private final boolean up;
  private final Dice dice;
  private final ArrayDeque<Parcel> queue = new ArrayDeque<>();
  private final Consumer<MessageLite> receiver;
  private final Runnable readyAgain;
  private Life receiving;
  private Life sending;
  private int credits;
  private long bytes;
  private long lastArrivalUs;
  private long readyIn;
  private boolean closed;
  private boolean scheduled;

  /** A message, or the end of all messages. */
  private record Parcel(MessageLite message, int bytes, long arrivalUs, Runnable end) {}

  Pipe(Link link, boolean up, Ends ends) {
    world = link.world();
    dice = link.dice();
    this.link = link;
    this.up = up;
    receiver = ends.receiver();
    readyAgain = ends.readyAgain();
    sending = ends.sending();
    receiving = ends.receiving();
  }

  /** Who is at the two ends. */
  record Ends(Life sending, Runnable readyAgain, Life receiving, Consumer<MessageLite> receiver) {}

  /** The far end has been reached. */
  void connect(Life sender, Life receiverLife) {
    sending = sender;
    receiving = receiverLife;
  }

  boolean ready() {
    return !closed && bytes < BYTES_MAX;
  }

  void send(MessageLite message) {
    if (!closed) {
      int size = message.getSerializedSize();
      if (ready()) {
        readyIn = world.handled();
      } else if (!up && readyIn != world.handled() && !isLast(message)) {
        link.noteUnready();
      }
      bytes += size;
      add(new Parcel(message, size, arrival(), () -> {}));
    }
  }

  /** What ends a stream is sent whether the stream is ready or not. */
  private static boolean isLast(MessageLite message) {
    return switch (message) {
      case HubFrame frame ->
          frame.hasError() || frame.hasRefused() || frame.hasGoAway() || frame.hasHealed();
      case SnapshotFrame frame -> frame.hasError();
      default -> false;
    };
  }

  /** After what was sent. */
  void end(MessageLite nothing, Runnable action) {
    if (!closed) {
      add(new Parcel(nothing, -1, arrival(), action));
    }
  }

  private long arrival() {
    lastArrivalUs = Math.max(lastArrivalUs, world.nowUs() + link.latencyUs(up, dice));
    return lastArrivalUs;
  }

  private void add(Parcel parcel) {
    queue.add(parcel);
    pump();
  }

  void request(int messages) {
    credits += messages;
    pump();
  }

  /** Everything on its way is lost. */
  void cut() {
    closed = true;
    queue.clear();
  }

  /** Lets the next one arrive, if it may. */
  void pump() {
    var head = queue.peek();
    boolean mayArrive = head != null && (credits > 0 || head.bytes() < 0) && !link.frozen(up);
    if (scheduled || closed || !mayArrive) {
      return;
    }
    scheduled = true;
    var what =
        head.bytes() < 0
            ? (up ? "hears the end of " : "hears the end from hub of ") + link.name()
            : (up ? "<- " + link.name() + " " : "<- hub ") + Frames.describe(head.message());
    world.after(head.arrivalUs() - world.nowUs(), receiving, what, this::arrive);
  }

  private void arrive() {
    scheduled = false;
    if (closed || link.frozen(up)) {
      return;
    }
    var head = queue.remove();
    if (head.bytes() < 0) {
      closed = true;
      head.end().run();
      return;
    }
    credits--;
    boolean before = ready();
    bytes -= head.bytes();
    if (!before && ready()) {
      world.after(0, sending, "may send on " + link.name(), readyAgain);
    }
    receiver.accept(head.message());
    pump();
  }
}
