package dev.tideline.edge.replica;

/** What became of a write. */
public sealed interface ReceiptState {

  /** Not decided, or not told yet. */
  record Pending() implements ReceiptState {}

  /** Decided. */
  record Decided(OwnVerdict verdict) implements ReceiptState {}

  /** Decided, longer ago than verdicts are kept: nobody knows whether it was applied. */
  record Forgotten() implements ReceiptState {}

  /** Never made, or made and lost with a machine; the hub knows which. */
  record NotHere() implements ReceiptState {}

  /** A write that was acknowledged as MEMORY and did not survive. */
  record Lost() implements ReceiptState {}

  /** No edge ever made it. */
  record Unknown() implements ReceiptState {}

  /** The hub must be asked and cannot be reached. */
  record Unreachable() implements ReceiptState {}
}
