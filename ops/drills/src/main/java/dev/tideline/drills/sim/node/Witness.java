package dev.tideline.drills.sim.node;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;

/** Sees what nodes write and say, at the moment they do. */
public interface Witness {

  /** A mutation, or the beginning of an incarnation, is in an edge's journal. */
  void journalled(EdgeMachine edge, long position, ByteString record);

  /** Something is in an edge's apply log. */
  void applied(EdgeMachine edge, ByteString record);

  /** An edge's process begins with what it found on its disk. */
  void started(EdgeMachine edge);

  /** The hub's process begins with what it found on its disk. */
  void started(HubMachine hub);

  /** A record is in the change log. */
  void decided(HubMachine hub, long position, ByteString record);

  /** The hub begins with a change log that ends there. */
  void hubBegins(long lastPosition);

  /** The hub is about to be set back to a copy whose change log ends there. */
  void hubSetBack(long lastPosition);

  /** The hub sends something. */
  void told(HubMachine hub, String edge, MessageLite frame);

  /** The hub receives something. */
  void heard(String edge, MessageLite frame);

  /** An edge's journal is not what it was: it ends there, or is another one. */
  void journalReplaced(EdgeMachine edge);

  /** A node broke in a way that no fault explains. */
  void broke(String node, Throwable failure);
}
