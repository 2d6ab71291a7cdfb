package dev.tideline.hub.checkpoint;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.codec.Ids;
import dev.tideline.codec.Verdicts;
import dev.tideline.hub.reconcile.HealedHistory;
import dev.tideline.hub.reconcile.KeptVerdict;
import dev.tideline.hub.reconcile.KeyUse;
import dev.tideline.hub.reconcile.PartitionImage;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.hub.reconcile.Watermark;
import dev.tideline.model.EdgeId;
import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.Key;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.wire.v1.ForgottenVerdicts;
import dev.tideline.wire.v1.HubCheckpoint;
import dev.tideline.wire.v1.HubKey;
import dev.tideline.wire.v1.HubPartition;
import dev.tideline.wire.v1.HubReissue;
import dev.tideline.wire.v1.HubVerdict;
import dev.tideline.wire.v1.HubWatermarks;
import dev.tideline.wire.v1.Idempotency;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A {@link PartitionImage} as messages of a checkpoint; each decodes to a part of the image. */
final class CheckpointCodec {

  private CheckpointCodec() {}

  static HubCheckpoint parse(ByteString bytes) {
    try {
      return HubCheckpoint.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a checkpoint with a good checksum is not readable", e);
    }
  }

  static void encode(PartitionImage image, Consumer<HubCheckpoint> to) {
    var partition = HubPartition.newBuilder().setPartition(image.partition()).setHead(image.head());
    image.terms().forEach(term -> partition.addTerms(Ids.encode(term)));
    for (var healed : image.lost().healed()) {
      partition.addLost(Ids.encode(healed.history())).addKnownTo(healed.knownTo());
    }
    partition.addAllAgain(image.lost().terms()).addAllUnhealed(image.lost().unhealed());
    to.accept(HubCheckpoint.newBuilder().setPartition(partition).build());
    var watermarks = HubWatermarks.newBuilder();
    image
        .watermarks()
        .forEach((source, mark) -> watermarks.addWatermarks(encode(image, source, mark)));
    image
        .outcomes()
        .forgotten()
        .forEach((source, sequence) -> watermarks.addForgotten(forgotten(source, sequence)));
    to.accept(HubCheckpoint.newBuilder().setWatermarks(watermarks).build());
    image
        .outcomes()
        .verdicts()
        .forEach((id, kept) -> to.accept(encode(image.partition(), id, kept)));
    image
        .outcomes()
        .reissued()
        .forEach((original, latest) -> to.accept(reissue(image.partition(), original, latest)));
    image.keys().forEach(use -> to.accept(encode(image.partition(), use)));
  }

  private static dev.tideline.wire.v1.Watermark encode(
      PartitionImage image, Source source, Watermark mark) {
    return dev.tideline.wire.v1.Watermark.newBuilder()
        .setEdge(source.edge().text())
        .setIncarnation(source.incarnation())
        .setPartition(image.partition())
        .setSequence(mark.sequence())
        .setContentHash(mark.contentHash())
        .build();
  }

  private static ForgottenVerdicts forgotten(Source source, long sequence) {
    return ForgottenVerdicts.newBuilder()
        .setEdge(source.edge().text())
        .setIncarnation(source.incarnation())
        .setSequence(sequence)
        .build();
  }

  private static HubCheckpoint encode(int partition, MutationId id, KeptVerdict kept) {
    var verdict =
        HubVerdict.newBuilder()
            .setPartition(partition)
            .setId(Ids.encode(id))
            .setRevision(kept.revision())
            .setVerdict(Verdicts.encode(kept.verdict()))
            .setReason(Verdicts.encode(kept.reason()))
            .setWallMs(kept.wallMs());
    kept.first().ifPresent(first -> verdict.setFirst(Ids.encode(first)));
    return HubCheckpoint.newBuilder().setVerdict(verdict).build();
  }

  private static HubCheckpoint reissue(
      int partition, MutationId original, Optional<MutationId> latest) {
    var reissue = HubReissue.newBuilder().setPartition(partition).setOriginal(Ids.encode(original));
    latest.ifPresent(id -> reissue.setLatest(Ids.encode(id)));
    return HubCheckpoint.newBuilder().setReissue(reissue).build();
  }

  private static HubCheckpoint encode(int partition, KeyUse use) {
    var target = use.scope().target();
    return HubCheckpoint.newBuilder()
        .setKey(
            HubKey.newBuilder()
                .setPartition(partition)
                .setIdempotency(
                    Idempotency.newBuilder()
                        .setActor(use.scope().actor())
                        .setNamespace(target.namespace())
                        .setKey(target.key().text())
                        .setIdempotencyKey(use.scope().idempotencyKey())
                        .setHash(use.hash()))
                .setFirst(Ids.encode(use.first()))
                .setWallMs(use.wallMs()))
        .build();
  }

  static PartitionImage decode(HubPartition partition) {
    return new PartitionImage(
        partition.getPartition(),
        partition.getHead(),
        partition.getTermsList().stream().map(Ids::decode).toList(),
        Map.of(),
        PartitionImage.Outcomes.NOTHING,
        List.of(),
        lost(partition));
  }

  private static PartitionImage.Lost lost(HubPartition partition) {
    var healed = new ArrayList<HealedHistory>();
    for (int i = 0; i < partition.getLostCount(); i++) {
      healed.add(new HealedHistory(Ids.decode(partition.getLost(i)), partition.getKnownTo(i), 0));
    }
    return new PartitionImage.Lost(healed, partition.getAgainList(), partition.getUnhealedList());
  }

  /** All of one partition; empty if there are none. */
  static Optional<PartitionImage> decode(HubWatermarks message) {
    if (message.getWatermarksCount() == 0) {
      return Optional.empty();
    }
    var watermarks = new HashMap<Source, Watermark>();
    for (var mark : message.getWatermarksList()) {
      watermarks.put(
          new Source(new EdgeId(mark.getEdge()), mark.getIncarnation()),
          new Watermark(mark.getSequence(), mark.getContentHash()));
    }
    var forgotten = new HashMap<Source, Long>();
    for (var one : message.getForgottenList()) {
      forgotten.put(new Source(new EdgeId(one.getEdge()), one.getIncarnation()), one.getSequence());
    }
    int partition = message.getWatermarks(0).getPartition();
    var outcomes = new PartitionImage.Outcomes(Map.of(), forgotten, Map.of());
    return Optional.of(
        new PartitionImage(partition, 0, List.of(), watermarks, outcomes, List.of()));
  }

  static PartitionImage decode(HubVerdict message) {
    var kept =
        new KeptVerdict(
            message.getRevision(),
            Verdicts.decode(message.getVerdict()),
            Verdicts.decode(message.getReason()),
            message.hasFirst() ? Optional.of(Ids.decode(message.getFirst())) : Optional.empty(),
            message.getWallMs());
    var verdicts = Map.of(Ids.decode(message.getId()), kept);
    return image(message.getPartition(), new PartitionImage.Outcomes(verdicts, Map.of(), Map.of()));
  }

  static PartitionImage decode(HubReissue message) {
    var latest =
        message.hasLatest()
            ? Optional.of(Ids.decode(message.getLatest()))
            : Optional.<MutationId>empty();
    var reissued = Map.of(Ids.decode(message.getOriginal()), latest);
    return image(message.getPartition(), new PartitionImage.Outcomes(Map.of(), Map.of(), reissued));
  }

  private static PartitionImage image(int partition, PartitionImage.Outcomes outcomes) {
    return new PartitionImage(partition, 0, List.of(), Map.of(), outcomes, List.of());
  }

  static PartitionImage decode(HubKey message) {
    var named = message.getIdempotency();
    var target = new QualifiedKey(named.getNamespace(), Key.of(named.getKey()));
    var use =
        new KeyUse(
            new IdempotencyScope(named.getActor(), target, named.getIdempotencyKey()),
            Ids.decode(message.getFirst()),
            named.getHash(),
            message.getWallMs());
    return new PartitionImage(
        message.getPartition(),
        0,
        List.of(),
        Map.of(),
        PartitionImage.Outcomes.NOTHING,
        List.of(use));
  }
}
