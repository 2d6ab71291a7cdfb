package dev.tideline.drills.sim.load;

import com.google.protobuf.ByteString;
import dev.tideline.drills.sim.node.Watches;
import dev.tideline.drills.sim.world.Sight;
import dev.tideline.drills.sim.world.World;
import dev.tideline.edge.watch.WatchDriver;
import dev.tideline.edge.watch.WatchScope;
import dev.tideline.edge.watch.WatchSink;
import dev.tideline.model.Key;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.Refusal;
import dev.tideline.wire.v1.Value;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchedValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A client that follows a zone at an edge, and its picture of it. */
final class Follower implements WatchSink {

  private final World world;
  private final Runnable afterEvent;
  private final Map<QualifiedKey, Value> picture = new HashMap<>();
  private Optional<WatchDriver.Watch> watch = Optional.empty();
  private ByteString resume = ByteString.EMPTY;
  private boolean resuming;
  private boolean whole;
  private boolean slow;

  /**
   * Somebody who follows nothing yet.
   *
   * @param afterEvent told when an event, or the mark behind a state, has been taken in
   */
  Follower(World world, Runnable afterEvent) {
    this.world = world;
    this.afterEvent = afterEvent;
  }

  /** Begins, or goes on where it was. */
  void follow(Watches watches, WatchScope scope) {
    resuming = whole && !resume.isEmpty();
    if (!resuming) {
      startOver();
    }
    whole = false;
    var opened = watches.open(scope, resuming ? resume : ByteString.EMPTY, this);
    if (opened instanceof WatchDriver.Opened.Running(WatchDriver.Watch running)) {
      watch = Optional.of(running);
    }
  }

  /** The connection is gone; what was taken in is still known. */
  void leave() {
    watch.ifPresent(WatchDriver.Watch::cancel);
    watch = Optional.empty();
  }

  /** Its edge's process is gone. */
  void cutOff() {
    watch = Optional.empty();
  }

  boolean follows() {
    return watch.isPresent();
  }

  /** Whether its picture should be what the edge shows, once everything has been sent. */
  boolean upToDate() {
    return watch.isPresent() && whole && !slow;
  }

  /** Takes nothing from here on, or takes all again. */
  void slow(boolean is) {
    slow = is;
    if (!is) {
      watch.ifPresent(WatchDriver.Watch::ready);
    }
  }

  /** What it holds of a key; the default if nothing. */
  Value value(QualifiedKey key) {
    return picture.getOrDefault(key, Value.getDefaultInstance());
  }

  @Override
  public boolean isReady() {
    return !slow;
  }

  @Override
  public void send(WatchAnswer answer) {
    switch (answer.getAnswerCase()) {
      case STATE -> take(answer.getState().getValuesList());
      case EVENT -> {
        take(answer.getEvent().getValuesList());
        keep(answer.getResume());
        if (whole) {
          afterEvent.run();
        }
      }
      case MARK -> {
        world.sight(resuming ? Sight.WATCH_RESUMED : Sight.WATCH_STATE);
        whole = true;
        keep(answer.getResume());
        afterEvent.run();
      }
      case START_OVER -> {
        world.sight(Sight.WATCH_STARTED_OVER);
        startOver();
      }
      default -> throw new IllegalStateException("an answer of no kind");
    }
  }

  private void keep(ByteString position) {
    if (!position.isEmpty()) {
      resume = position;
    }
  }

  private void startOver() {
    picture.clear();
    resume = ByteString.EMPTY;
    resuming = false;
    whole = false;
  }

  private void take(List<WatchedValue> values) {
    for (var one : values) {
      var name = one.getKey();
      var key = new QualifiedKey(name.getNamespace(), Key.of(name.getKey()));
      picture.put(key, one.getValue());
    }
  }

  @Override
  public void fail(Refusal why) {
    watch = Optional.empty();
  }
}
