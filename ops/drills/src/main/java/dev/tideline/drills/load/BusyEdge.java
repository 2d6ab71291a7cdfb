package dev.tideline.drills.load;

import dev.tideline.client.EdgeClient;
import dev.tideline.client.Reply;
import dev.tideline.client.Value;
import dev.tideline.client.Write;
import dev.tideline.client.Written;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;

/** An edge as its users see it: every request is timed, and noted if it was made offline. */
public final class BusyEdge {

  /** How a write is sent; tests put something in between. */
  public interface Sender {
    Reply<Written> send(Write write);
  }

  private final int index;
  private final String id;
  private final EdgeClient client;
  private final Sender sender;
  private final Meter reads = new Meter();
  private final Meter writes = new Meter();
  private final LongAdder offlineWrites = new LongAdder();
  private volatile boolean offline;

  /**
   * Of an edge.
   *
   * @param index from 0, in the order of the rig
   * @param wrap what to put between the users and the edge
   */
  public BusyEdge(int index, String id, EdgeClient client, UnaryOperator<Sender> wrap) {
    this.index = index;
    this.id = id;
    this.client = client;
    this.sender = wrap.apply(client::write);
  }

  /** Its place, from 0. */
  public int index() {
    return index;
  }

  /** Its configured name. */
  public String id() {
    return id;
  }

  /** A client of it. */
  public EdgeClient client() {
    return client;
  }

  /** Latencies of successful reads. */
  public Meter reads() {
    return reads;
  }

  /** Latencies of acknowledged writes: of the attempt that was acknowledged. */
  public Meter writes() {
    return writes;
  }

  /** Writes that were sent and acknowledged while the link to the hub was cut. */
  public long offlineWrites() {
    return offlineWrites.sum();
  }

  /** Says whether the link to the hub is cut. */
  public void offline(boolean cut) {
    offline = cut;
  }

  /** Writes, once. */
  public Reply<Written> write(Write write) {
    boolean offlineBefore = offline;
    long startNs = System.nanoTime();
    var reply = sender.send(write);
    if (reply instanceof Reply.Ok<Written>) {
      writes.record(System.nanoTime() - startNs);
      if (offlineBefore && offline) {
        offlineWrites.increment();
      }
    }
    return reply;
  }

  /** Reads, once; that there is no value is an answer, too. */
  public Reply<Value> read(String namespace, String key) {
    long startNs = System.nanoTime();
    var reply = client.get(namespace, key);
    boolean answered =
        switch (reply) {
          case Reply.Ok<Value> ok -> true;
          case Reply.Refused<Value>(var problem) -> problem.status() == 404;
          case Reply.Unreachable<Value> unreachable -> false;
        };
    if (answered) {
      reads.record(System.nanoTime() - startNs);
    }
    return reply;
  }
}
