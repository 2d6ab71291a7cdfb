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
  }

  /** Leaves a tombstone. */
  record Delete(QualifiedKey target, Precondition precondition, long seenRevision)
      implements Operation {

    @Override
    public OperationKind kind() {
      return OperationKind.DELETE;
    }
  }

  /** Adds a signed number to a counter. */
  record Add(QualifiedKey target, long delta, Precondition precondition, long seenRevision)
      implements Operation {

    @Override
    public OperationKind kind() {
      return OperationKind.ADD;
    }
  }
}
