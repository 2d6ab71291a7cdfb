package dev.tideline.edge.api;

import dev.tideline.codec.Ids;
import dev.tideline.codec.Verdicts;
import dev.tideline.edge.replica.OwnVerdict;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.uplink.UplinkDriver;
import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;
import dev.tideline.model.Receipt;
import dev.tideline.wire.v1.Located;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What became of a write: this edge knows its own, the hub is asked for those of others. */
final class ReceiptLookup {

  private final EdgeId edge;
  private final ReplicaDriver replica;
  private final UplinkDriver uplink;

  ReceiptLookup(EdgeId edge, ReplicaDriver replica, UplinkDriver uplink) {
    this.edge = edge;
    this.replica = replica;
    this.uplink = uplink;
  }

  /** Completes at once, or with the hub's answer, or after the hub has not answered in time. */
  CompletableFuture<ReceiptState> find(Receipt asked) {
    // What was issued again is known by its later id alone.
    var receipt = asked.id().edge().equals(edge) ? replica.follow(asked) : asked;
    if (replica.layout().isPresent()
        && receipt.partition() >= replica.layout().get().partitions()) {
      return CompletableFuture.completedFuture(new ReceiptState.Unknown());
    }
    if (receipt.id().edge().equals(edge)) {
      var here = replica.receipt(receipt);
      if (!(here instanceof ReceiptState.NotHere)) {
        return CompletableFuture.completedFuture(here);
      }
    }
    return uplink
        .locate(receipt)
        .handle(
            (located, failure) ->
                failure == null ? state(receipt, located) : new ReceiptState.Unreachable());
  }

  private static ReceiptState state(Receipt receipt, Located located) {
    return switch (located.getPlace()) {
      case DECIDED -> new ReceiptState.Decided(verdict(receipt.id(), located));
      case PENDING -> new ReceiptState.Pending();
      case LOST -> new ReceiptState.Lost();
      case FORGOTTEN -> new ReceiptState.Forgotten();
      default -> new ReceiptState.Unknown();
    };
  }

  private static OwnVerdict verdict(MutationId id, Located located) {
    return new OwnVerdict(
        id,
        Verdicts.decode(located.getVerdict()),
        Verdicts.decode(located.getReason()),
        located.getRevision(),
        located.hasFirst() ? Optional.of(Ids.decode(located.getFirst())) : Optional.empty());
  }
}
