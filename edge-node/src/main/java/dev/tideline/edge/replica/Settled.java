package dev.tideline.edge.replica;

import com.google.protobuf.ByteString;
import dev.tideline.model.Change;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import java.util.List;

/**
 * What a batch of changes settled.
 *
 * @param verdicts of own mutations that left pending, plain APPLIED included
 * @param unknown own mutations that left pending, and of which nobody knows a verdict
 * @param notApplied keys whose change could not be applied; they are quarantined
 * @param applied the latest change of each key
 * @param traced decisions whose mutations were made in a span, each once
 */
public record Settled(
    List<OwnVerdict> verdicts,
    List<MutationId> unknown,
    List<NotApplied> notApplied,
    List<Change> applied,
    List<Traced> traced) {

  /** Nothing. */
  public static final Settled NOTHING =
      new Settled(List.of(), List.of(), List.of(), List.of(), List.of());

  /** A change that could not be applied. */
  public record NotApplied(QualifiedKey key, long revision, String why) {}

  /** A decision whose mutation was made in a span. */
  public record Traced(ByteString traceContext, MutationId origin, long revision) {}
}
