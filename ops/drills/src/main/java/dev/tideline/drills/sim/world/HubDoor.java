package dev.tideline.drills.sim.world;

import com.google.protobuf.MessageLite;
import java.util.Optional;

/** Where streams arrive at the hub. */
public interface HubDoor {

  /** The process behind it; empty if there is none. */
  Optional<Life> life();

  /** A session begins. */
  Served session(ToEdge stream);

  /** A snapshot is asked for. */
  Served snapshot(ToEdge stream);

  /** The hub's end of a stream. */
  interface Served {
    void message(MessageLite message);

    /** The edge has nothing more to say. */
    void finished();

    /** The stream is gone. */
    void closed();

    /** The stream takes frames, or takes frames again. */
    void ready();
  }

  /** The way back. */
  interface ToEdge {
    /** Name of the edge's link. */
    String edge();

    boolean isReady();

    void send(MessageLite message);

    void request(int messages);

    void complete();

    void fail(RuntimeException cause);
  }
}
