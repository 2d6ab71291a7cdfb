package dev.tideline.store;

import java.util.Optional;

/**
 * The checkpoints of one log, of which at most one counts.
 *
 * <p>A checkpoint is <em>fuzzy</em>: entries are copied while work goes on, each with its revision,
 * so it holds some that are newer than its start and none that is older than the newest at its
 * start. Replaying the log from behind the start, taking a change only if its revision is higher
 * than what is held, then gives the exact state. Because it may hold what the log had only just
 * been given, it counts once the log is durable to its <em>end</em>; only then is it renamed into
 * place, and only then may the log be truncated behind its start.
 *
 * <p>One writer at a time; {@link #newest} is for the start of a process.
 */
public interface Checkpoints {

  /**
   * The one that counts; empty if there never was one.
   *
   * @throws LogOpenException if it is damaged
   */
  Optional<CheckpointReader> newest();

  /**
   * Begins one.
   *
   * @param start the log is to be replayed from behind this position
   */
  CheckpointWriter begin(long start);
}
