package dev.tideline.model;

import com.google.protobuf.ByteString;

/** What must hold of a key for an operation to be taken. */
public sealed interface Precondition {

  /** No condition. */
  Precondition NONE = new None();

  /** Always holds. */
  record None() implements Precondition {}

  /** {@code If-Match}: the token, as handed out by a read, saw every version that the key has. */
  record Match(ByteString token) implements Precondition {}

  /** {@code If-None-Match: *}: the key has no live value. */
  record Absent() implements Precondition {}

  /** {@code If-Match: *}: the key has a live value. */
  record Present() implements Precondition {}
}
