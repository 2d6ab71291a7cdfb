package dev.tideline.edge.uplink;

import dev.tideline.edge.uplink.UplinkCore.Doubt;
import dev.tideline.edge.uplink.UplinkCore.Known;
import dev.tideline.wire.v1.Watermark;
import dev.tideline.wire.v1.Welcome;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether Welcome shows that an incarnation of this edge lives, or lived, twice: another content
 * hash at a watermark than the journal has there, or, of the live incarnation, a watermark above
 * all that it made. That an old incarnation ends below its watermark is normal, for a lost machine
 * had sent what it had not synced; but a copy of it may have gone on, so that is doubtful. What the
 * journal has given back cannot be compared, and was.
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

  /** Incarnations of which something pending lies below a watermark that was not made here. */
  static Set<Doubt> doubtful(Welcome welcome, Known known) {
    var doubtful = new LinkedHashSet<Doubt>();
    for (var mark : welcome.getWatermarksList()) {
      var doubt = new Doubt(mark.getIncarnation(), mark.getPartition(), mark.getSequence());
      if (isComparable(mark, known)
          && isBeyond(mark, known)
          && known.forks().isPending(doubt.incarnation())
          && !known.forks().isCleared(doubt)) {
        doubtful.add(doubt);
      }
    }
    return doubtful;
  }

  private static boolean isComparable(Watermark mark, Known known) {
    long incarnation = mark.getIncarnation();
    // A watermark without a hash was raised over what nobody retains.
    return mark.getContentHash() != 0
        && mark.getSequence() > known.progress().forgotten().getOrDefault(incarnation, 0L)
        && !known.forks().isForked(incarnation);
  }

  private static boolean isBeyond(Watermark mark, Known known) {
    long last = known.progress().retained().getOrDefault(mark.getIncarnation(), 0L);
    return mark.getSequence() > last;
  }

  private static boolean differs(Watermark mark, Known known) {
    long incarnation = mark.getIncarnation();
    boolean isLive = incarnation == known.progress().incarnation();
    if (!isComparable(mark, known) || (!isLive && !known.forks().isPending(incarnation))) {
      return false;
    }
    return isBeyond(mark, known)
        ? isLive
        : known.journal().isAnother(incarnation, mark.getSequence(), mark.getContentHash());
  }
}
