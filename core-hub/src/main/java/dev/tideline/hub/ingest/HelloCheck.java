package dev.tideline.hub.ingest;

import dev.tideline.codec.CatalogCodec;
import dev.tideline.codec.InterestCodec;
import dev.tideline.model.EdgeId;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Layout;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.Hello;
import org.jspecify.annotations.Nullable;

/** Whether the edge that says Hello can be served at all. */
final class HelloCheck {

  /** One at a time is usual; each leaves a row behind. */
  static final int FORKED_MAX = 64;

  private HelloCheck() {}

  /** Why it cannot; null if it can. */
  static @Nullable Error refuse(Hello hello, Layout layout) {
    if (hello.getProtocolMin() > IngestCore.PROTOCOL
        || hello.getProtocolMax() < IngestCore.PROTOCOL) {
      return Errors.lasting(
          Error.Code.PROTOCOL_VERSION,
          "the edge speaks versions %d to %d, the hub %d"
              .formatted(hello.getProtocolMin(), hello.getProtocolMax(), IngestCore.PROTOCOL));
    }
    if (hello.getEdge().equals(EdgeId.HUB.text())) {
      return Errors.lasting(
          Error.Code.RESERVED_EDGE_ID, "edge id 'hub' is reserved: give the edge another id");
    }
    try {
      new EdgeId(hello.getEdge());
      var _ = InterestCodec.decode(hello.getReadyList());
    } catch (InvalidInputException e) {
      return malformed(e.getMessage());
    }
    var otherLayout = otherLayout(hello, layout);
    return otherLayout != null ? otherLayout : malformed(hello, layout);
  }

  private static @Nullable Error otherLayout(Hello hello, Layout layout) {
    try {
      if (!hello.hasLayout() || CatalogCodec.decode(hello.getLayout()).equals(layout)) {
        return null;
      }
      return Errors.lasting(
          Error.Code.LAYOUT,
          "the edge keeps %d partitions, the hub %d: the edge belongs to another installation"
              .formatted(hello.getLayout().getPartitions(), layout.partitions()));
    } catch (InvalidInputException e) {
      return Errors.lasting(Error.Code.LAYOUT, String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable Error malformed(Hello hello, Layout layout) {
    if (hello.getIncarnation() == 0) {
      return malformed("Hello names no incarnation");
    }
    for (var retained : hello.getRetainedList()) {
      if (retained.getLastSequence() < 0 || retained.getIncarnation() == 0) {
        return malformed("Hello retains an incarnation that cannot be");
      }
    }
    if (hello.getForkedCount() > FORKED_MAX
        || hello.getForkedList().contains(hello.getIncarnation())) {
      return malformed(
          "Hello says of %d incarnations that they forked".formatted(hello.getForkedCount()));
    }
    for (var progress : hello.getProgressList()) {
      if (Integer.compareUnsigned(progress.getPartition(), layout.partitions()) >= 0
          || progress.getCursor().getRevision() < 0) {
        return malformed(
            "Hello has progress in partition %d at revision %d"
                .formatted(progress.getPartition(), progress.getCursor().getRevision()));
      }
      if (progress.getSawCount() > SessionStart.TERMS_MAX
          || progress.getSawList().stream().anyMatch(saw -> saw.getRevision() <= 0)) {
        return malformed(
            "Hello says of partition %d what was seen of %d terms: at most %d, each above revision 0"
                .formatted(
                    progress.getPartition(), progress.getSawCount(), SessionStart.TERMS_MAX));
      }
    }
    return null;
  }

  private static Error malformed(@Nullable String text) {
    return Errors.lasting(Error.Code.MALFORMED_FRAME, String.valueOf(text));
  }
}
