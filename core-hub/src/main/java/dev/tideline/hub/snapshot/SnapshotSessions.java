package dev.tideline.hub.snapshot;

import dev.tideline.model.EdgeId;
import dev.tideline.model.Interests;
import java.util.Map;

/** Who has a session, and what for: asked from any thread. */
public interface SnapshotSessions {

  /** Whether this is the session that the edge has open. */
  boolean isOpen(EdgeId edge, long incarnation, long fence);

  /** Whether everything of the scope is what the edge's session is sent. */
  boolean isSent(EdgeId edge, Interests scope);

  /**
   * Incarnations that the edge retains something of and that are forgotten: up to where they had
   * been decided, by partition.
   */
  Map<Long, Map<Integer, Long>> forgotten(EdgeId edge);
}
