package dev.tideline.edge.uplink;

import dev.tideline.edge.uplink.UplinkCore.Known;
import dev.tideline.wire.v1.Watermark;
import dev.tideline.wire.v1.Welcome;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether Welcome shows that an incarnation of this edge lives, or lived, twice: another content
 * hash at a watermark than the journal has there, or, of the live incarnation, a watermark above
 * all that it made. An old incarnation that ends below its watermark is normal: a lost machine had
 * sent what it had not synced. What the journal has given back cannot be compared, and was.
 */
final class ForkCheck {

  private ForkCheck() {}

  /** What was found; empty if nothing that was not known. */
  static Optional<UplinkCore.Answer.Forked> look(Welcome welcome, Known known) {
    long live = known.progress().incarnation();
    boolean leave = false;
    var suspects = new TreeSet<Long>(Long::compareUnsigned);
    for (var mark : welcome.getWatermarksList()) {
      if (differs(mark, known)) {
        leave |= mark.getIncarnation() == live;
        suspects.add(mark.getIncarnation());
      }
    }
    for (long closed : welcome.getClosedList()) {
      boolean news = !known.forks().isForked(closed);
      if (news && (closed == live || known.forks().isPending(closed))) {
        leave |= closed == live;
        suspects.add(closed);
      }
    }
    suspects.remove(live);
    return leave || !suspects.isEmpty()
        ? Optional.of(new UplinkCore.Answer.Forked(leave, suspects))
        : Optional.empty();
  }

  private static boolean differs(Watermark mark, Known known) {
    long incarnation = mark.getIncarnation();
    // A watermark without a hash was raised over what nobody retains.
    boolean unhealed = mark.getContentHash() == 0;
    long forgotten = known.progress().forgotten().getOrDefault(incarnation, 0L);
    if (unhealed || mark.getSequence() <= forgotten || known.forks().isForked(incarnation)) {
      return false;
    }
    boolean isLive = incarnation == known.progress().incarnation();
    if (mark.getSequence() > known.progress().retained().getOrDefault(incarnation, 0L)) {
      return isLive;
    }
    if (!isLive && !known.forks().isPending(incarnation)) {
      return false;
    }
    return known.journal().isAnother(incarnation, mark.getSequence(), mark.getContentHash());
  }
}
