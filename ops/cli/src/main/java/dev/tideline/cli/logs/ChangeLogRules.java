package dev.tideline.cli.logs;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.tideline.wire.v1.Change;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.PartitionRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Revisions are dense per partition, also from term to term, and a decision's changes are of its
 * revision. Where the oldest generations have been deleted, a partition begins where it does.
 */
final class ChangeLogRules implements LogRules {

  private final Map<Integer, Long> heads = new HashMap<>();
  private long decisions;
  private long terms;

  @Override
  public Optional<String> accept(Message message) {
    var record = (ChangeLogRecord) message;
    return switch (record.getRecordCase()) {
      case TERM -> {
        terms++;
        yield record.getTerm().getFirstsList().stream()
            .flatMap(first -> follow(first.getPartition(), first.getRevision()).stream())
            .findFirst();
      }
      case DECISIONS -> decided(record.getDecisions());
      case RECORD_NOT_SET -> Optional.of("it is of a kind that this release does not know");
      default -> Optional.empty();
    };
  }

  private Optional<String> decided(PartitionRecord record) {
    var wrong = follow(record.getPartition(), record.getFirstRevision());
    for (int i = 0; i < record.getDecisionsCount() && wrong.isEmpty(); i++) {
      wrong = changes(record.getDecisions(i), record.getFirstRevision() + i);
    }
    decisions += record.getDecisionsCount();
    heads.put(record.getPartition(), record.getFirstRevision() + record.getDecisionsCount() - 1);
    return wrong;
  }

  private Optional<String> follow(int partition, long revision) {
    var head = heads.putIfAbsent(partition, revision - 1);
    return head == null || head == revision - 1
        ? Optional.empty()
        : Optional.of(
            "partition %d: revision %d does not follow %d".formatted(partition, revision, head));
  }

  private static Optional<String> changes(Decision decision, long revision) {
    try {
      for (var bytes : decision.getChangesList()) {
        var change = Change.parseFrom(bytes);
        if (change.getRevision() != revision) {
          return Optional.of(
              "a change of revision %d is decided at %d".formatted(change.getRevision(), revision));
        }
      }
      return Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.of("a change of revision %d cannot be read".formatted(revision));
    }
  }

  @Override
  public String counted() {
    return "%d decisions in %d partitions, %d terms begun"
        .formatted(decisions, heads.size(), terms);
  }
}
