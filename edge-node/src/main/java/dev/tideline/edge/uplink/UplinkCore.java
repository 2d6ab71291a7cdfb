package dev.tideline.edge.uplink;

import dev.tideline.codec.CatalogCodec;
import dev.tideline.codec.Ids;
import dev.tideline.codec.InterestCodec;
import dev.tideline.edge.replica.ReplicaProgress;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interests;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Layout;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.Codec;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.PartitionProgress;
import dev.tideline.wire.v1.PartitionStart;
import dev.tideline.wire.v1.RetainedIncarnation;
import dev.tideline.wire.v1.Watermark;
import dev.tideline.wire.v1.Welcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides what the hub's frames mean for this edge: the transitions of {@link UplinkState}. It has
 * no stream, no clock and no log; guarded by the driver's lock.
 */
public final class UplinkCore {

  /** The protocol version that this edge speaks. */
  public static final int PROTOCOL = 1;

  private final EdgeId edge;
  private UplinkState state = UplinkState.DISCONNECTED;
  private boolean draining;
  private String detail = "not dialled yet";

  public UplinkCore(EdgeId edge) {
    this.edge = edge;
  }

  UplinkState state() {
    return state;
  }

  /** One line for the operator. */
  String detail() {
    return detail;
  }

  /** What Welcome leads to. */
  sealed interface Answer {

    /** Stream: send what is above the watermarks. */
    record Go(Map<WatermarkKey, Long> watermarks) implements Answer {}

    /** Fenced: send what is above the watermarks, and then nothing more. */
    record Drain(Map<WatermarkKey, Long> watermarks) implements Answer {}

    /** Bring what the journal retains of these partitions above the watermarks. */
    record Heal(Set<Integer> partitions, Map<WatermarkKey, Long> watermarks) implements Answer {}

    /**
     * Incarnations live, or lived, twice: note it, end the stream, and dial again.
     *
     * @param leave whether the live one does, so that another one must be drawn
     * @param suspects earlier ones
     */
    record Forked(boolean leave, Set<Long> suspects) implements Answer {}

    /**
     * Ask what the hub decided, and nothing else.
     *
     * @param doubtful of incarnations that may have lived twice; empty: of those that did
     */
    record Compare(Set<Doubt> doubtful) implements Answer {}

    /** End the stream and dial again, or not, as the state says. */
    record Stop() implements Answer {}
  }

  /** A watermark above all that an incarnation is known here to have made. */
  record Doubt(long incarnation, int partition, long sequence) {}

  /** What a watermark is kept by. */
  record WatermarkKey(long incarnation, int partition) {}

  /** Compares an own mutation with the journal. */
  interface Comparison {

    /** Whether it was never made here, or with another content hash. */
    boolean isAnother(long incarnation, long sequence, long contentHash);
  }

  /** What is known of incarnations that lived twice. */
  interface Forking {
    boolean isForked(long incarnation);

    /** Whether something of the incarnation is not known to be decided. */
    boolean isPending(long incarnation);

    /** Whether it was compared, and what the hub decided of it is what was made here. */
    boolean isCleared(Doubt doubt);

    /** Whether something is to be compared, or to be issued again. */
    boolean isUnfinished();
  }

  /** What the edge knows when Welcome comes. */
  record Known(
      ReplicaProgress progress, Optional<Layout> layout, Comparison journal, Forking forks) {}

  /**
   * What the edge holds, beside its progress.
   *
   * @param loading where a base that is loaded beside stands, by partition; empty if there is none
   * @param forked incarnations of which the hub is to decide nothing more
   */
  record Held(Interests ready, List<Position> loading, List<Long> forked) {}

  /** Dials. */
  Hello dial(
      ReplicaProgress progress,
      Held held,
      Optional<Layout> layout,
      long catalogVersion,
      long wallMs) {
    draining = state == UplinkState.FENCED;
    if (!draining) {
      state = UplinkState.CONNECTING;
      detail = "Hello sent";
    }
    var hello =
        Hello.newBuilder()
            .setProtocolMin(PROTOCOL)
            .setProtocolMax(PROTOCOL)
            .setEdge(edge.text())
            .setIncarnation(progress.incarnation())
            .setCatalogVersion(catalogVersion)
            .addAllReady(InterestCodec.encode(held.ready().all()))
            .addCodecs(Codec.NONE)
            .addAllForked(held.forked())
            .setDrain(draining)
            .setClockMs(wallMs);
    layout.ifPresent(known -> hello.setLayout(CatalogCodec.encode(known)));
    progress
        .retained()
        .forEach(
            (incarnation, last) ->
                hello.addRetained(
                    RetainedIncarnation.newBuilder()
                        .setIncarnation(incarnation)
                        .setFirstSequence(progress.forgotten().getOrDefault(incarnation, 0L) + 1)
                        .setLastSequence(last)));
    progress.partitions().forEach(partition -> add(partition, held.loading(), hello));
    return hello.build();
  }

  private static void add(
      ReplicaProgress.Partition partition, List<Position> loading, Hello.Builder hello) {
    boolean nothing = partition.cursor().revision() == 0 && partition.included().isEmpty();
    if (nothing && loading.isEmpty() && partition.saw().isEmpty()) {
      return;
    }
    var progress =
        PartitionProgress.newBuilder()
            .setPartition(partition.number())
            .setCursor(Ids.encode(partition.cursor()));
    if (!loading.isEmpty()) {
      progress.setLoading(Ids.encode(loading.get(partition.number())));
    }
    partition.saw().forEach(saw -> progress.addSaw(Ids.encode(saw)));
    partition.terms().forEach(term -> progress.addTerms(Ids.encode(term)));
    partition
        .included()
        .forEach(
            (incarnation, sequence) ->
                progress.addIncluded(
                    IncludedSequence.newBuilder()
                        .setIncarnation(incarnation)
                        .setSequence(sequence)));
    hello.addProgress(progress);
  }

  /** Takes Welcome. */
  Answer welcome(Welcome welcome, Known known) {
    if (state != UplinkState.CONNECTING && !draining) {
      return stop(UplinkState.DISCONNECTED, "Welcome came when none was awaited");
    }
    Layout told;
    try {
      told = CatalogCodec.decode(welcome.getLayout());
    } catch (InvalidInputException e) {
      return stop(UplinkState.REFUSED, e.problem());
    }
    if (known.layout().isPresent() && !known.layout().get().equals(told)) {
      return stop(
          UplinkState.REFUSED,
          "the hub has %d partitions, this edge was started with %d: it belongs to another installation"
              .formatted(told.partitions(), known.layout().get().partitions()));
    }
    if (draining) {
      draining = false;
      return forked(welcome, known)
          .or(() -> comparing(known))
          .or(() -> doubting(welcome, known))
          .orElseGet(() -> new Answer.Drain(watermarks(welcome)));
    }
    return forked(welcome, known)
        .or(() -> healing(welcome, known.progress()))
        .or(() -> comparing(known))
        .or(() -> doubting(welcome, known))
        .orElseGet(() -> go(welcome));
  }

  private Optional<Answer> healing(Welcome welcome, ReplicaProgress progress) {
    var starts =
        welcome.getStartsList().stream()
            .filter(start -> start.getStartCase() == PartitionStart.StartCase.HEAL_FORK)
            .toList();
    if (starts.isEmpty()) {
      return Optional.empty();
    }
    state = UplinkState.HEALING;
    detail =
        starts.stream()
            .filter(start -> cursor(start, progress).revision() > start.getHealFork().getRevision())
            .findFirst()
            .map(start -> older(start, cursor(start, progress)))
            .orElseGet(() -> setBack(starts.getFirst()));
    var partitions = new TreeSet<Integer>();
    starts.forEach(start -> partitions.add(start.getPartition()));
    return Optional.of(new Answer.Heal(partitions, watermarks(welcome)));
  }

  private static Position cursor(PartitionStart start, ReplicaProgress progress) {
    return progress.partitions().stream()
        .filter(partition -> partition.number() == start.getPartition())
        .findFirst()
        .map(ReplicaProgress.Partition::cursor)
        .orElse(Position.START);
  }

  /** Others are beyond the fork; what is retained here may have been decided with theirs. */
  private static String setBack(PartitionStart start) {
    return "the hub was set back, partition %d to %s; bringing what the journal retains"
        .formatted(start.getPartition(), Ids.decode(start.getHealFork()));
  }

  private static String older(PartitionStart start, Position cursor) {
    return "the hub is an older copy: partition %d is at %s here, the hub is at %s, both know %s; bringing what the journal retains"
        .formatted(
            start.getPartition(),
            cursor,
            Ids.decode(start.getHead()),
            Ids.decode(start.getHealFork()));
  }

  private Optional<Answer> forked(Welcome welcome, Known known) {
    var found = ForkCheck.look(welcome, known);
    found.ifPresent(
        forked ->
            stop(
                UplinkState.FORKED,
                forked.leave()
                    ? "incarnation %x lives twice: this process was copied while it ran"
                        .formatted(known.progress().incarnation())
                    : "an earlier incarnation lived twice, or is closed"));
    return found.map(forked -> forked);
  }

  private Optional<Answer> comparing(Known known) {
    if (!known.forks().isUnfinished()) {
      return Optional.empty();
    }
    stop(UplinkState.FORKED, "comparing with the hub what another copy of this process has made");
    return Optional.of(new Answer.Compare(Set.of()));
  }

  private Optional<Answer> doubting(Welcome welcome, Known known) {
    var doubtful = ForkCheck.doubtful(welcome, known);
    if (doubtful.isEmpty()) {
      return Optional.empty();
    }
    if (!state.isFinal()) {
      detail = "comparing with the hub what an earlier incarnation, which lost its end, has made";
    }
    return Optional.of(new Answer.Compare(doubtful));
  }

  private Answer go(Welcome welcome) {
    state = UplinkState.CONNECTED;
    detail = "session %d".formatted(welcome.getSessionFence());
    return new Answer.Go(watermarks(welcome));
  }

  private static Map<WatermarkKey, Long> watermarks(Welcome welcome) {
    var watermarks = new HashMap<WatermarkKey, Long>();
    for (Watermark mark : welcome.getWatermarksList()) {
      watermarks.put(
          new WatermarkKey(mark.getIncarnation(), mark.getPartition()), mark.getSequence());
    }
    return watermarks;
  }

  /** Takes Refused or Error. */
  void refused(Error error) {
    var text = "%s: %s".formatted(error.getCode(), error.getText());
    switch (error.getCode()) {
      case FENCED -> stop(UplinkState.FENCED, text);
      case FORKED_INCARNATION -> stop(UplinkState.FORKED, text);
      default -> stop(error.getRetryable() ? UplinkState.DISCONNECTED : UplinkState.REFUSED, text);
    }
  }

  /** Fenced, and everything that was acknowledged here is decided. */
  void drained() {
    detail += "; everything that was acknowledged here has been brought to the hub";
  }

  /** The stream ended, or is to end. */
  void ended(String why) {
    if (state == UplinkState.CONNECTING
        || state == UplinkState.CONNECTED
        || state == UplinkState.FORKED
        || state == UplinkState.HEALING) {
      stop(UplinkState.DISCONNECTED, why);
    }
  }

  private Answer stop(UplinkState next, String why) {
    if (!state.isFinal()) {
      state = next;
      detail = why;
    }
    return new Answer.Stop();
  }
}
