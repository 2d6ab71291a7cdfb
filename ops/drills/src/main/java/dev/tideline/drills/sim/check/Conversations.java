package dev.tideline.drills.sim.check;

import com.google.protobuf.MessageLite;
import dev.tideline.codec.InterestCodec;
import dev.tideline.drills.sim.node.HubMachine;
import dev.tideline.drills.sim.world.Sight;
import dev.tideline.drills.sim.world.World;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interests;
import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.InterestUpdate;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Located;
import dev.tideline.wire.v1.MutationAck;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Follows what edges and hub say to each other, and shows the checks what the hub says. */
final class Conversations {

  private final World world;
  private final Checks checks;
  private final Map<String, Session> sessions = new HashMap<>();
  private final Map<String, Interests> scopes = new HashMap<>();
  private final BiConsumer<String, Locate> forgotten;

  /** What the hub was told by an edge. */
  private static final class Session {
    private final String edge;
    private Interests sent;
    private InterestUpdate update = InterestUpdate.getDefaultInstance();
    private Locate asked = Locate.getDefaultInstance();

    Session(String edge, Interests sent) {
      this.edge = edge;
      this.sent = sent;
    }
  }

  /**
   * Follows what is said.
   *
   * @param forgotten told of a machine that asked what the hub decided, and of which the hub only
   *     knows that it did
   */
  Conversations(World world, Checks checks, BiConsumer<String, Locate> forgotten) {
    this.forgotten = forgotten;
    this.world = world;
    this.checks = checks;
  }

  void heard(String machine, MessageLite message) {
    switch (message) {
      case EdgeFrame frame when frame.hasHello() -> {
        var hello = frame.getHello();
        var ready = InterestCodec.decode(hello.getReadyList());
        sessions.put(machine, new Session(hello.getEdge(), ready));
      }
      case EdgeFrame frame when frame.hasLocate() && frame.getLocate().getCompare() -> {
        var session = sessions.get(machine);
        if (session != null) {
          session.asked = frame.getLocate();
        }
      }
      case EdgeFrame frame when frame.hasInterestUpdate() -> {
        var session = sessions.get(machine);
        if (session != null) {
          session.update = frame.getInterestUpdate();
        }
      }
      case SnapshotRequest request -> {
        scopes.put(machine, InterestCodec.decode(request.getScopeList()));
        if (!request.getResumeToken().isEmpty()) {
          world.sight(Sight.SNAPSHOT_RESUMED);
        }
      }
      default -> {}
    }
  }

  void told(HubMachine hub, String machine, MessageLite message) {
    var session = sessions.get(machine);
    if (session == null) {
      return;
    }
    switch (message) {
      case HubFrame frame when frame.hasChangeBatch() -> {
        var to = new Conversation(hub, machine, session.edge, session.sent);
        if (frame.getChangeBatch().getConflated()) {
          world.sight(Sight.CONFLATED);
        }
        checks.each(check -> check.told(to, frame.getChangeBatch()));
      }
      case HubFrame frame when frame.hasMutationAck() ->
          checks.nothingLost().received(id(session, frame.getMutationAck()), hub);
      case HubFrame frame when frame.hasInterestTaken() -> taken(session);
      case HubFrame frame when frame.hasLocated() -> located(machine, session, frame.getLocated());
      case SnapshotFrame frame -> {
        var scope = scopes.getOrDefault(machine, Interests.EVERYTHING);
        var to = new Conversation(hub, machine, session.edge, scope);
        checks.each(check -> check.told(to, frame));
      }
      default -> {}
    }
  }

  private static MutationId id(Session session, MutationAck ack) {
    return new MutationId(new EdgeId(session.edge), ack.getIncarnation(), ack.getSequence());
  }

  private void located(String machine, Session session, Located located) {
    boolean unknown =
        located.getPlace() == Located.Place.FORGOTTEN && located.getContentHash() == 0;
    if (unknown && located.getRequest() == session.asked.getRequest()) {
      forgotten.accept(machine, session.asked);
    }
  }

  private static void taken(Session session) {
    session.sent =
        session
            .sent
            .with(InterestCodec.decode(session.update.getAddList()).all())
            .without(InterestCodec.decode(session.update.getRemoveList()).all());
  }
}
