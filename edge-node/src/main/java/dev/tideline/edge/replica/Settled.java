package dev.tideline.edge.replica;

import dev.tideline.model.QualifiedKey;
import java.util.List;

/**
 * What a batch of changes settled.
 *
 * @param verdicts of own mutations that left pending, plain APPLIED included
 * @param notApplied keys whose change could not be applied; they are quarantined
 */
public record Settled(List<OwnVerdict> verdicts, List<NotApplied> notApplied) {

  /** Nothing. */
  public static final Settled NOTHING = new Settled(List.of(), List.of());

  /** A change that could not be applied. */
  public record NotApplied(QualifiedKey key, long revision, String why) {}
}
