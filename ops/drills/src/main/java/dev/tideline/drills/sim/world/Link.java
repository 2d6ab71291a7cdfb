package dev.tideline.drills.sim.world;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The way from one edge's machine to the hub, and its weather. */
public final class Link {

  private static final long LATENCY_MIN_US = 100;
  private static final long LATENCY_MAX_US = 20_000;

  private final World world;
  private final Dice dice;
  private final String name;
  private final HubDoor door;
  private final Set<SimCall<?, ?>> calls = new LinkedHashSet<>();
  private long latencyMinUs = LATENCY_MIN_US;
  private long latencyMaxUs = LATENCY_MAX_US;
  private long readerUs;
  private int pushed;
  private boolean cut;
  private boolean upFrozen;
  private boolean downFrozen;

  public Link(World world, Dice dice, String name, HubDoor door) {
    this.world = world;
    this.dice = dice;
    this.name = name;
    this.door = door;
  }

  World world() {
    return world;
  }

  Dice dice() {
    return dice;
  }

  String name() {
    return name;
  }

  HubDoor door() {
    return door;
  }

  boolean isCut() {
    return cut;
  }

  boolean frozen(boolean up) {
    return up ? upFrozen : downFrozen;
  }

  long latencyUs(boolean up, Dice of) {
    return of.skewed(latencyMinUs, latencyMaxUs) + (up ? 0 : readerUs);
  }

  /** No stream outlives this, and none begins, until {@link #heal}. */
  public void cut() {
    cut(true);
  }

  private void cut(boolean stays) {
    cut = stays;
    for (var call : List.copyOf(calls)) {
      call.reset();
    }
  }

  /** Breaks every stream once. */
  public void flap() {
    cut(cut);
  }

  /** Bytes take longer. */
  public void delay(long minUs, long maxUs) {
    latencyMinUs = minUs;
    latencyMaxUs = maxUs;
  }

  /** The edge takes so much longer for each frame. */
  public void slowReader(long perFrameUs) {
    readerUs = perFrameUs;
  }

  /** No byte arrives, in one direction or both, and nobody is told. */
  public void freeze(boolean upwards, boolean downwards) {
    upFrozen |= upwards;
    downFrozen |= downwards;
  }

  /** Fair weather. What was frozen arrives, if anybody still waits for it. */
  public void heal() {
    cut = false;
    upFrozen = false;
    downFrozen = false;
    readerUs = 0;
    delay(LATENCY_MIN_US, LATENCY_MAX_US);
    for (var call : List.copyOf(calls)) {
      call.pump();
    }
  }

  /** The hub's process is gone. */
  public void hubGone() {
    for (var call : List.copyOf(calls)) {
      call.hubGone();
    }
  }

  /**
   * The edge's process is gone.
   *
   * @param silently its machine is gone, too: nobody tells the hub
   */
  public void edgeGone(boolean silently) {
    for (var call : List.copyOf(calls)) {
      call.edgeGone(silently);
    }
  }

  void opened(SimCall<?, ?> call) {
    calls.add(call);
  }

  void closed(SimCall<?, ?> call) {
    calls.remove(call);
  }

  /** Streams that are open, for both ends. */
  public int open() {
    return calls.size();
  }

  /** A frame was sent although the stream had not been ready since the event before. */
  void noteUnready() {
    pushed++;
  }

  /** Frames that were sent although their stream took no more, ever. */
  public int pushed() {
    return pushed;
  }

  /** What a process of the edge dials on. */
  public Channel channel(Life life) {
    return new SimChannel(life);
  }

  private final class SimChannel extends Channel {
    private final Life life;

    SimChannel(Life life) {
      this.life = life;
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
      return new SimCall<>(Link.this, life, method);
    }

    @Override
    public String authority() {
      return "hub";
    }
  }
}
