package dev.tideline.model;

import com.google.protobuf.ByteString;

/** One thing done to one key. */
public sealed interface Operation {

  /** What it is done to. */
  QualifiedKey target();

  /** What must hold. */
  Precondition precondition();

  /** Revision of the version seen, 0 for none; over a pending view that of the base beneath. */
  long seenRevision();

  OperationKind kind();

  /** The same operation with the revision that it saw. */
  Operation havingSeen(long revision);

  /** Replaces the value. */
  record Put(
      QualifiedKey target,
      ByteString value,
      String contentType,
      Precondition precondition,
      long seenRevision)
      implements Operation {

    @Override
    public OperationKind kind() {
      return OperationKind.PUT;
    }

    @Override
    public Operation havingSeen(long revision) {
      return new Put(target, value, contentType, precondition, revision);
    }
  }

  /** Leaves a tombstone. */
  record Delete(QualifiedKey target, Precondition precondition, long seenRevision)
      implements Operation {

    @Override
    public OperationKind kind() {
      return OperationKind.DELETE;
    }

    @Override
    public Operation havingSeen(long revision) {
      return new Delete(target, precondition, revision);
    }
  }

  /** Adds a signed number to a counter. */
  record Add(QualifiedKey target, long delta, Precondition precondition, long seenRevision)
      implements Operation {

    @Override
    public OperationKind kind() {
      return OperationKind.ADD;
    }

    @Override
    public Operation havingSeen(long revision) {
      return new Add(target, delta, precondition, revision);
    }
  }
}
