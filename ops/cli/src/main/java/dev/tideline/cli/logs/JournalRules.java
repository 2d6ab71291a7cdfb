package dev.tideline.cli.logs;

import com.google.protobuf.Message;
import dev.tideline.wire.v1.JournalRecord;
import dev.tideline.wire.v1.MutationId;
import java.util.Optional;

/**
 * A journal's mutations are dense within their incarnation, and incarnations ascend. Where the
 * oldest generations have been deleted, it begins in the middle of an incarnation.
 */
final class JournalRules implements LogRules {

  private long incarnation;
  private long sequence;
  private boolean known;
  private long incarnations;
  private long mutations;

  @Override
  public Optional<String> accept(Message message) {
    var record = (JournalRecord) message;
    return switch (record.getRecordCase()) {
      case HEAD -> Optional.empty();
      case BEGUN -> begin(record.getBegun().getIncarnation());
      case MUTATION -> follow(record.getMutation().getId());
      case RECORD_NOT_SET -> Optional.of("it is of a kind that this release does not know");
    };
  }

  private Optional<String> begin(long begun) {
    if (known && Long.compareUnsigned(begun, incarnation) <= 0) {
      return Optional.of("incarnation %x begins behind %x".formatted(begun, incarnation));
    }
    incarnation = begun;
    sequence = 0;
    known = true;
    incarnations++;
    return Optional.empty();
  }

  private Optional<String> follow(MutationId id) {
    boolean follows = id.getIncarnation() == incarnation && id.getSequence() == sequence + 1;
    if (known && !follows) {
      return Optional.of(
          "mutation %x.%d does not follow %x.%d"
              .formatted(id.getIncarnation(), id.getSequence(), incarnation, sequence));
    }
    incarnation = id.getIncarnation();
    sequence = id.getSequence();
    known = true;
    mutations++;
    return Optional.empty();
  }

  @Override
  public String counted() {
    return "%d mutations, %d incarnations begun".formatted(mutations, incarnations);
  }
}
