package dev.tideline.edge.replica;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.codec.CatalogCodec;
import dev.tideline.codec.Ids;
import dev.tideline.codec.Verdicts;
import dev.tideline.model.EdgeId;
import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.Key;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.wire.v1.DecidedPlaces;
import dev.tideline.wire.v1.EdgeCheckpoint;
import dev.tideline.wire.v1.ForkedIncarnation;
import dev.tideline.wire.v1.Idempotency;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.PartitionProgress;
import dev.tideline.wire.v1.QuarantinedKey;
import dev.tideline.wire.v1.Reissued;
import dev.tideline.wire.v1.VerdictsForgotten;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The parts of a {@link ReplicaImage} as the messages of a checkpoint. */
final class CheckpointCodec {

  private CheckpointCodec() {}

  static EdgeCheckpoint parse(ByteString bytes) {
    try {
      return EdgeCheckpoint.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a checkpoint with a good checksum is not readable", e);
    }
  }

  static EdgeCheckpoint encode(ReplicaProgress.Partition partition) {
    return EdgeCheckpoint.newBuilder().setPartition(progress(partition)).build();
  }

  /** How far a partition is, as Hello tells it and as a checkpoint keeps it. */
  static PartitionProgress progress(ReplicaProgress.Partition partition) {
    var progress =
        PartitionProgress.newBuilder()
            .setPartition(partition.number())
            .setCursor(Ids.encode(partition.cursor()));
    partition.terms().forEach(term -> progress.addTerms(Ids.encode(term)));
    partition
        .included()
        .forEach(
            (incarnation, sequence) ->
                progress.addIncluded(
                    IncludedSequence.newBuilder()
                        .setIncarnation(incarnation)
                        .setSequence(sequence)));
    partition.lost().forEach(history -> progress.addLost(Ids.encode(history)));
    return progress.build();
  }

  static Map<Long, Long> included(PartitionProgress progress) {
    var included = new HashMap<Long, Long>();
    progress.getIncludedList().forEach(i -> included.put(i.getIncarnation(), i.getSequence()));
    return included;
  }

  static EdgeCheckpoint encode(OwnVerdict verdict) {
    return EdgeCheckpoint.newBuilder().setVerdict(wire(verdict)).build();
  }

  static EdgeCheckpoint encode(VerdictsForgotten range) {
    return EdgeCheckpoint.newBuilder().setVerdictsForgotten(range).build();
  }

  static EdgeCheckpoint encode(ForkedIncarnation forked) {
    return EdgeCheckpoint.newBuilder().setForked(forked).build();
  }

  static EdgeCheckpoint encode(Reissued reissued) {
    return EdgeCheckpoint.newBuilder().setReissued(reissued).build();
  }

  static EdgeCheckpoint encode(DecidedPlaces places) {
    return EdgeCheckpoint.newBuilder().setPlaces(places).build();
  }

  private static dev.tideline.wire.v1.OwnVerdict wire(OwnVerdict verdict) {
    var wire =
        dev.tideline.wire.v1.OwnVerdict.newBuilder()
            .setIncarnation(verdict.id().incarnation())
            .setSequence(verdict.id().sequence())
            .setRevision(verdict.revision())
            .setVerdict(Verdicts.encode(verdict.verdict()))
            .setReason(Verdicts.encode(verdict.reason()));
    verdict.first().ifPresent(first -> wire.setFirst(Ids.encode(first)));
    return wire.build();
  }

  /** A verdict as the hub told it. */
  static OwnVerdict decode(EdgeId edge, dev.tideline.wire.v1.OwnVerdict told) {
    return new OwnVerdict(
        new MutationId(edge, told.getIncarnation(), told.getSequence()),
        Verdicts.decode(told.getVerdict()),
        Verdicts.decode(told.getReason()),
        told.getRevision(),
        told.hasFirst() ? Optional.of(Ids.decode(told.getFirst())) : Optional.empty());
  }

  static EdgeCheckpoint encode(ReplicaImage.OwnKey key) {
    var target = key.scope().target();
    return EdgeCheckpoint.newBuilder()
        .setOwnKey(
            dev.tideline.wire.v1.OwnKey.newBuilder()
                .setIdempotency(
                    Idempotency.newBuilder()
                        .setActor(key.scope().actor())
                        .setNamespace(target.namespace())
                        .setKey(target.key().text())
                        .setIdempotencyKey(key.scope().idempotencyKey())
                        .setHash(key.use().contentHash()))
                .setFirst(Ids.encode(key.use().receipt().id()))
                .setPartition(key.use().receipt().partition()))
        .build();
  }

  static ReplicaImage.OwnKey decode(dev.tideline.wire.v1.OwnKey key) {
    var named = key.getIdempotency();
    var target = new QualifiedKey(named.getNamespace(), Key.of(named.getKey()));
    return new ReplicaImage.OwnKey(
        new IdempotencyScope(named.getActor(), target, named.getIdempotencyKey()),
        new OwnKeys.Use(
            named.getHash(), new Receipt(Ids.decode(key.getFirst()), key.getPartition())));
  }

  static QuarantinedKey encode(QualifiedKey key, long lacks) {
    return QuarantinedKey.newBuilder()
        .setNamespace(key.namespace())
        .setKey(key.key().text())
        .setLacks(lacks)
        .build();
  }

  static QualifiedKey decode(QuarantinedKey key) {
    return new QualifiedKey(key.getNamespace(), Key.of(key.getKey()));
  }

  /** Everything of the head that the image knows. */
  static dev.tideline.wire.v1.EdgeCheckpointHead.Builder head(EdgeId edge, ReplicaImage image) {
    var head =
        dev.tideline.wire.v1.EdgeCheckpointHead.newBuilder()
            .setFormatVersion(dev.tideline.model.Layout.FORMAT_VERSION)
            .setEdge(edge.text())
            .setCatalog(CatalogCodec.encode(image.catalog()))
            .setHybridTime(image.clock().bits())
            .setJournalFrom(image.journalFrom());
    image.layout().ifPresent(layout -> head.setLayout(CatalogCodec.encode(layout)));
    head.setInterests(image.interests());
    image.quarantined().forEach((key, lacks) -> head.addQuarantined(encode(key, lacks)));
    return head;
  }
}
