package dev.tideline.cli.logs;

import com.google.protobuf.Message;
import dev.tideline.wire.v1.ApplyRecord;
import java.util.Optional;

/**
 * A batch of changes names an ascending range. That ranges follow each other is not asked here:
 * between two of them a snapshot may have been loaded.
 */
final class ApplyLogRules implements LogRules {

  private long batches;
  private long changes;

  @Override
  public Optional<String> accept(Message message) {
    var record = (ApplyRecord) message;
    if (record.getRecordCase() == ApplyRecord.RecordCase.RECORD_NOT_SET) {
      return Optional.of("it is of a kind that this release does not know");
    }
    if (!record.hasChanges()) {
      return Optional.empty();
    }
    var batch = record.getChanges();
    batches++;
    changes += batch.getChangesCount();
    return batch.getFromRevision() > batch.getToRevision()
        ? Optional.of(
            "partition %d: revisions %d to %d"
                .formatted(batch.getPartition(), batch.getFromRevision(), batch.getToRevision()))
        : Optional.empty();
  }

  @Override
  public String counted() {
    return "%d batches, %d changes".formatted(batches, changes);
  }
}
