package dev.tideline.store;

import com.google.protobuf.ByteString;
import java.io.InputStream;

/** Reads the checkpoint that counts. Belongs to one thread. */
public interface CheckpointReader {

  /** Sees what a checkpoint holds, in the order it was written. */
  interface Visitor {

    /** A message of the owner's. */
    void state(ByteString message);

    /** An entry; the slices are reused between calls. */
    void entry(Slice key, Slice value);
  }

  /** The log is replayed from behind this position. */
  long start();

  /** What is in it may reach up to this position of the log. */
  long end();

  /** Number of entries. */
  long entries();

  /** All of it as it is stored; what is opened stays there although a newer one takes its place. */
  InputStream open();

  /** What and where it is, for messages. */
  String name();

  /**
   * The first message of the owner's; empty if there is none.
   *
   * @throws LogOpenException if it is damaged
   */
  ByteString firstState();

  /**
   * Reads everything.
   *
   * @throws LogOpenException if it is damaged
   */
  void read(Visitor visitor);
}
