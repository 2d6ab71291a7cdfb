package dev.tideline.drills.sim.model;

import dev.tideline.drills.sim.model.History.Decided;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import java.util.Optional;

/** A mutation that is, or was, in a journal, and what its writer saw. */
public final class Made {

  private final MutationId id;
  private final Mutation mutation;
  private Seen seen;
  private final int partition;
  private final Seen.Source source;
  private Optional<Decided> decided = Optional.empty();

  Made(MutationId id, Mutation mutation, Seen seen, int partition) {
    this.id = id;
    this.mutation = mutation;
    this.seen = seen;
    this.partition = partition;
    source = Seen.Source.of(id);
  }

  /** What it is called here; its own id, unless another mutation was met first that has it. */
  public MutationId id() {
    return id;
  }

  public Mutation mutation() {
    return mutation;
  }

  public Seen seen() {
    return seen;
  }

  /** What its writer saw, said of the history that stands. */
  void seen(Seen translated) {
    seen = translated;
  }

  public int partition() {
    return partition;
  }

  /** The process that made it. */
  public Seen.Source source() {
    return source;
  }

  void decided(Optional<Decided> became) {
    decided = became;
  }

  /** What became of it; empty while it is not in the change log. */
  public Optional<Decided> decided() {
    return decided;
  }

  /** Whether it is decided at or below a revision of its partition. */
  public boolean decidedBy(long revision) {
    return decided.isPresent() && decided.get().revision() <= revision;
  }
}
