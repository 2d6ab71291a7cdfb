package dev.tideline.hub.fanout;

import com.google.protobuf.ByteString;
import dev.tideline.model.QualifiedKey;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.OwnVerdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One partition's changes of one term, being gathered for one edge. */
final class OpenBatch {

  private final ChangeBatch.Builder batch;
  private final List<ByteString> changes = new ArrayList<>();

  /** The latest of each key, ascending by revision; used if the batch began to conflate. */
  private final LinkedHashMap<QualifiedKey, ByteString> latest = new LinkedHashMap<>();

  /** By incarnation; the last one within a batch is the one that counts. */
  private final Map<Long, Long> included = new LinkedHashMap<>();

  OpenBatch(int partition, long term, long fromRevision) {
    batch =
        ChangeBatch.newBuilder()
            .setPartition(partition)
            .setTerm(term)
            .setFromRevision(fromRevision);
  }

  long term() {
    return batch.getTerm();
  }

  /** Adds a change; the bytes that the batch grew by. */
  int add(ByteString change) {
    changes.add(change);
    return change.size();
  }

  /** Adds a change in place of an earlier one of the key; the bytes that the batch grew by. */
  int replace(QualifiedKey key, ByteString change) {
    var before = latest.remove(key);
    latest.put(key, change);
    if (before != null) {
      batch.setConflated(true);
    }
    return change.size() - (before == null ? 0 : before.size());
  }

  void add(OwnVerdict verdict) {
    batch.addVerdicts(verdict);
  }

  void include(long incarnation, long sequence) {
    included.put(incarnation, sequence);
  }

  void end(long toRevision, long hybridClock) {
    batch.setToRevision(toRevision).setHybridClock(hybridClock);
  }

  ChangeBatch build() {
    included.forEach(
        (incarnation, sequence) ->
            batch.addIncluded(
                IncludedSequence.newBuilder().setIncarnation(incarnation).setSequence(sequence)));
    return batch.addAllChanges(changes).addAllChanges(latest.values()).build();
  }
}
