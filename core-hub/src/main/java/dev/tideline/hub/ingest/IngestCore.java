package dev.tideline.hub.ingest;

import dev.tideline.hub.heal.Retained;
import dev.tideline.hub.reconcile.Share;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Layout;
import dev.tideline.wire.v1.ApplyAck;
import dev.tideline.wire.v1.DecidedPlaces;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.EdgeHeartbeat;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.HealBatch;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.InterestUpdate;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.MutationAck;
import dev.tideline.wire.v1.MutationBatch;
import dev.tideline.wire.v1.ReadThrough;
import dev.tideline.wire.v1.SentMutation;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a frame of one session means. No thread, clock, log or stream; the session's lock guards it.
 *
 * <pre>
 *  state            event                        next             answer
 *  AWAITING_HELLO   Hello that can be served     OPENING          Open
 *  AWAITING_HELLO   anything else                CLOSED           Refuse
 *  OPENING          the welcome is durable       STREAMING
 *  OPENING          any frame                    CLOSED           Fail
 *  STREAMING        a frame that is in order     STREAMING        what it asks for
 *  STREAMING        Hello, or out of order       CLOSED           Fail
 *  any              fenced, stopped, cancelled   CLOSED
 *  CLOSED           any frame                    CLOSED           Ignore
 * </pre>
 */
public final class IngestCore {

  /** The only version of the protocol so far. */
  static final int PROTOCOL = 1;

  /** Where the conversation stands. */
  enum State {
    AWAITING_HELLO,
    OPENING,
    STREAMING,
    CLOSED
  }

  /** What is to be done about a frame. */
  public sealed interface Action {
    /** Welcome the edge, unless its incarnation is fenced. */
    record Open(Hello hello, EdgeId edge) implements Action {}

    /** Answer Refused; the stream ends. */
    record Refuse(Error error) implements Action {}

    /** Answer Error; the stream ends. */
    record Fail(Error error) implements Action {}

    /** Have the shares decided, acknowledge up to the sequence. */
    record Decide(long incarnation, long lastSequence, List<Share> shares) implements Action {

      /** What is said when all of it is durable. */
      MutationAck ack() {
        return MutationAck.newBuilder()
            .setIncarnation(incarnation)
            .setSequence(lastSequence)
            .build();
      }
    }

    /**
     * Have them decided again, in their place among those of other edges.
     *
     * @param places where mutations stood in a history that may be lost
     */
    record Heal(List<Retained> retained, List<DecidedPlaces> places, boolean last)
        implements Action {}

    /** Answer the heartbeat. */
    record Beat(EdgeHeartbeat heartbeat) implements Action {}

    /** Say what became of a mutation. */
    record Find(Locate locate) implements Action {}

    /** Send more, or less, from here on. */
    record Want(InterestUpdate update) implements Action {}

    /** Say what has been decided of a key. */
    record Answer(ReadThrough read) implements Action {}

    /** Note how far the edge has applied. */
    record Applied(ApplyAck ack) implements Action {}

    /** Nothing but to count it. */
    record Ignore(String kind) implements Action {}
  }

  private final Layout layout;
  private State state = State.AWAITING_HELLO;
  private @Nullable EdgeId edge;
  private BitSet healing = new BitSet();
  private boolean drain;

  // Incarnations of the Hello, oldest first, the live one last, and the place of the one that is
  // being received: older ones come first.
  private final List<Long> incarnations = new ArrayList<>();
  private int receiving;
  private long lastSequence;

  public IngestCore(Layout layout) {
    this.layout = layout;
  }

  State state() {
    return state;
  }

  /** What to do about the next frame of the edge. */
  public Action onFrame(EdgeFrame frame) {
    return switch (state) {
      case AWAITING_HELLO -> first(frame);
      case OPENING -> fail("a frame before the answer to Hello");
      case STREAMING -> next(frame);
      case CLOSED -> new Action.Ignore("frame after the end");
    };
  }

  /** The welcome is durable and on its way; if something heals, only what is retained is taken. */
  public void opened(BitSet healingPartitions) {
    healing = healingPartitions;
    state = State.STREAMING;
  }

  /** The conversation is over; true if it was not before. */
  public boolean close() {
    boolean was = state != State.CLOSED;
    state = State.CLOSED;
    return was;
  }

  private Action first(EdgeFrame frame) {
    var refused =
        frame.hasHello()
            ? HelloCheck.refuse(frame.getHello(), layout)
            : Errors.lasting(Error.Code.MALFORMED_FRAME, "the first frame is not Hello");
    if (refused != null) {
      state = State.CLOSED;
      return new Action.Refuse(refused);
    }
    var hello = frame.getHello();
    edge = new EdgeId(hello.getEdge());
    drain = hello.getDrain();
    for (var retained : hello.getRetainedList()) {
      if (retained.getIncarnation() != hello.getIncarnation()) {
        incarnations.add(retained.getIncarnation());
      }
    }
    incarnations.add(hello.getIncarnation());
    state = State.OPENING;
    return new Action.Open(hello, edge);
  }

  private Action next(EdgeFrame frame) {
    boolean drains =
        frame.hasMutationBatch() || frame.hasLocate() || frame.hasHeartbeat() || frame.hasError();
    if (drain && !drains) {
      return frame.hasApplyAck()
          ? new Action.Ignore("apply ack of a drain")
          : fail("a drain session takes mutations and nothing else");
    }
    return switch (frame.getFrameCase()) {
      case HELLO -> fail("Hello comes once");
      case MUTATION_BATCH -> batch(frame.getMutationBatch());
      case HEAL_BATCH -> heal(frame.getHealBatch());
      case APPLY_ACK -> new Action.Applied(frame.getApplyAck());
      case INTEREST_UPDATE -> new Action.Want(frame.getInterestUpdate());
      case READ_THROUGH -> new Action.Answer(frame.getReadThrough());
      case HEARTBEAT -> new Action.Beat(frame.getHeartbeat());
      case LOCATE -> locate(frame.getLocate());
      case ERROR -> new Action.Ignore("error of an edge " + frame.getError().getCode());
      case FRAME_NOT_SET -> new Action.Ignore("unknown frame");
    };
  }

  private Action locate(Locate locate) {
    return Integer.compareUnsigned(locate.getPartition(), layout.partitions()) < 0
        ? new Action.Find(locate)
        : fail("Locate names partition %d".formatted(locate.getPartition()));
  }

  private Action heal(HealBatch message) {
    if (healing.isEmpty()) {
      return fail("HealBatch where nothing has to heal");
    }
    if (!message.hasBatch()) {
      return places(message);
    }
    return switch (BatchPayload.open(message.getBatch())) {
      case BatchPayload.Opened.Broken(Error error) -> {
        state = State.CLOSED;
        yield new Action.Fail(error);
      }
      case BatchPayload.Opened.Mutations(var sent) -> heal(sent, message.getLast());
    };
  }

  private Action heal(List<SentMutation> sent, boolean last) {
    var retained = new ArrayList<Retained>(sent.size());
    for (var each : sent) {
      var id = each.getMutation().getId();
      int partition = layout.partitionOf(each.getMutation().getZone());
      if (id.getSequence() < 1
          || !incarnations.contains(id.getIncarnation())
          || !id.getEdge().equals(sourceEdge().text())
          || !healing.get(partition)) {
        return fail("a mutation of a HealBatch does not belong there");
      }
      var source = new Source(sourceEdge(), id.getIncarnation());
      retained.add(new Retained(partition, source, each.getMutation(), each.getFormer()));
    }
    return new Action.Heal(retained, List.of(), last);
  }

  private Action places(HealBatch message) {
    for (var places : message.getPlacesList()) {
      if (Integer.compareUnsigned(places.getPartition(), layout.partitions()) >= 0
          || places.getSequencesCount() != places.getRevisionsCount()
          || !EdgeId.allowed(places.getEdge())) {
        return fail("the places of a HealBatch make no sense");
      }
    }
    return new Action.Heal(List.of(), message.getPlacesList(), message.getLast());
  }

  private Action batch(MutationBatch batch) {
    if (!healing.isEmpty()) {
      return fail("mutations come as HealBatch where something has to heal");
    }
    int at = incarnations.indexOf(batch.getIncarnation());
    if (at < receiving) {
      return fail(
          "a batch of incarnation %x, which Hello does not name or which is behind"
              .formatted(batch.getIncarnation()));
    }
    if (at > receiving) {
      receiving = at;
      lastSequence = 0;
    }
    long first = batch.getFirstSequence();
    if (lastSequence != 0 && first != lastSequence + 1) {
      state = State.CLOSED;
      return new Action.Fail(
          Errors.retryable(
              Error.Code.GAP,
              "a batch begins at %d, the one before ended at %d".formatted(first, lastSequence)));
    }
    return switch (BatchPayload.open(batch)) {
      case BatchPayload.Opened.Broken(Error error) -> {
        state = State.CLOSED;
        yield new Action.Fail(error);
      }
      case BatchPayload.Opened.Mutations(var mutations) -> split(batch, mutations);
    };
  }

  private Action split(MutationBatch batch, List<SentMutation> mutations) {
    var source = new Source(sourceEdge(), batch.getIncarnation());
    var shares = new Share[layout.partitions()];
    var used = new ArrayList<Share>();
    for (int i = 0; i < mutations.size(); i++) {
      var mutation = mutations.get(i).getMutation();
      var id = mutation.getId();
      if (id.getSequence() != batch.getFirstSequence() + i
          || id.getSequence() < 1
          || id.getIncarnation() != source.incarnation()
          || !id.getEdge().equals(source.edge().text())) {
        return fail("mutation %d of a batch has an id that does not belong there".formatted(i));
      }
      int partition = layout.partitionOf(mutation.getZone());
      var share = shares[partition];
      if (share == null) {
        share = new Share(source, partition, new ArrayList<>());
        shares[partition] = share;
        used.add(share);
      }
      share.mutations().add(mutation);
    }
    lastSequence = batch.getFirstSequence() + mutations.size() - 1;
    return new Action.Decide(source.incarnation(), lastSequence, used);
  }

  private EdgeId sourceEdge() {
    if (edge == null) {
      throw new IllegalStateException("no Hello has been taken");
    }
    return edge;
  }

  private Action fail(String text) {
    state = State.CLOSED;
    return new Action.Fail(Errors.lasting(Error.Code.MALFORMED_FRAME, text));
  }
}
