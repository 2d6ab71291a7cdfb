package dev.tideline.edge.journal;

import dev.tideline.store.RecordLog;
import dev.tideline.wire.v1.Mutation;

/** Reads mutations in the order of the journal; one thread at a time. */
public final class JournalReader implements AutoCloseable {

  private final RecordLog.Reader reader;
  private Mutation mutation = Mutation.getDefaultInstance();

  JournalReader(RecordLog.Reader reader) {
    this.reader = reader;
  }

  /** Moves to the next mutation; false, without moving, if there is none yet. */
  public boolean next() {
    while (reader.next()) {
      var record = JournalBytes.parse(reader.record());
      if (record.hasMutation()) {
        mutation = record.getMutation();
        return true;
      }
    }
    return false;
  }

  /** The mutation under the reader. */
  public Mutation mutation() {
    return mutation;
  }

  @Override
  public void close() {
    reader.close();
  }
}
