package dev.tideline.edge.replica;

import static dev.tideline.edge.replica.TestedReplica.upTo;
import static dev.tideline.edge.replica.TestedReplica.write;

import dev.tideline.codec.MutationCodec;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Receipt;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.ForkedIncarnation;
import dev.tideline.wire.v1.JournalRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One that has made two mutations in a process that is found to have lived twice. */
abstract class ForkedReplica {

  static final ReplicaForks.Draw DRAW = new ReplicaForks.Draw(2, "boot");

  final TestedReplica logs = new TestedReplica();
  ReplicaDriver replica = logs.begun();
  final Receipt shared = write(replica, "z/1");
  final Receipt own = write(replica, "z/2");
  final long forked = replica.incarnation();

  ReplicaDriver restarted() {
    var again = logs.restarted();
    again.recover();
    again.begin(4, "boot");
    return again;
  }

  List<ForkedIncarnation> nothingEqual() {
    return List.of(ForkedIncarnation.newBuilder().setIncarnation(forked).setCompared(true).build());
  }

  List<ForkedIncarnation> equalTo(Receipt last) {
    return List.of(
        ForkedIncarnation.newBuilder()
            .setIncarnation(forked)
            .setCompared(true)
            .addEqual(ForkedIncarnation.Equal.newBuilder().setSequence(last.id().sequence()))
            .build());
  }

  void included(long revision, Receipt to) {
    replica.apply(
        ChangeBatch.newBuilder()
            .setTerm(1)
            .setFromRevision(revision)
            .setToRevision(revision)
            .addIncluded(upTo(to))
            .build());
  }

  MutationId id(long incarnation, long sequence) {
    return new MutationId(own.id().edge(), incarnation, sequence);
  }

  static Optional<MutationId> of(Receipt receipt) {
    return Optional.of(receipt.id());
  }

  /** Every mutation in the journal, oldest first. */
  List<Mutation> journal() {
    var all = new ArrayList<Mutation>();
    try (var reader = logs.journalLog.read(1)) {
      while (reader.next()) {
        var record = JournalRecord.parseFrom(reader.record());
        if (record.hasMutation()) {
          all.add(MutationCodec.decode(record.getMutation()));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return all;
  }
}
