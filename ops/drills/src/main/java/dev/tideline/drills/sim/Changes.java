package dev.tideline.drills.sim;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.wire.v1.Change;
import dev.tideline.wire.v1.ChangeBatch;

/** Batches of changes as bugs would make them. */
final class Changes {

  private Changes() {}

  static ChangeBatch withoutTombstones(ChangeBatch batch) {
    var fewer = batch.getChangesList().stream().filter(one -> !parse(one).getTombstone()).toList();
    return batch.toBuilder().clearChanges().addAllChanges(fewer).build();
  }

  static ChangeBatch includingOneMore(ChangeBatch batch) {
    var builder = batch.toBuilder();
    builder
        .getIncludedBuilderList()
        .forEach(included -> included.setSequence(included.getSequence() + 1));
    return builder.build();
  }

  /** Of several changes at one revision only the first. */
  static ChangeBatch withHalfOfTheLast(ChangeBatch batch) {
    int count = batch.getChangesCount();
    boolean together =
        count > 1
            && parse(batch.getChanges(count - 1)).getRevision()
                == parse(batch.getChanges(count - 2)).getRevision();
    if (!together) {
      return batch;
    }
    var fewer = batch.getChangesList().subList(0, count - 1);
    return batch.toBuilder().clearChanges().addAllChanges(fewer).build();
  }

  private static Change parse(ByteString bytes) {
    try {
      return Change.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a change that the hub sends cannot be read", e);
    }
  }
}
