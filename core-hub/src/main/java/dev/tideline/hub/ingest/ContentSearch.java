package dev.tideline.hub.ingest;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Located;
import dev.tideline.wire.v1.PartitionRecord;

/**
 * Looks in the change log for the content hash with which a mutation was decided. Memory knows only
 * the one at the watermark; who asks for another is an edge that found its incarnation forked,
 * which is so rare that nothing is kept for it.
 */
final class ContentSearch {

  /**
   * Records read for one answer, which holds up the stream meanwhile; who asks goes on from there.
   * More than what the index may be off by, so that every answer gets further.
   */
  static final int RECORDS_MAX = 4_096;

  private ContentSearch() {}

  /**
   * Completes the answer of a mutation that was decided: its content hash; LOST if it is covered
   * and was not decided itself; FORGOTTEN if the log no longer reaches back to it; or up to where
   * it was looked for. With where it was decided, or before where; FORGOTTEN and a hash if that is
   * all that is known of it.
   *
   * @param head of the partition, at or before which everything was decided
   */
  static void look(Locate locate, ChangeLogDriver log, Position head, Located.Builder answer) {
    boolean covered =
        answer.getPlace() == Located.Place.DECIDED || answer.getPlace() == Located.Place.FORGOTTEN;
    if (!covered || answer.getContentHash() != 0) {
      return;
    }
    boolean isForgotten = answer.getPlace() == Located.Place.FORGOTTEN;
    answer.setPlace(Located.Place.DECIDED);
    long wanted = locate.getAfterRevision() + 1;
    long held = log.firstRevision(locate.getPartition());
    var unknown = held > wanted ? Located.Place.FORGOTTEN : Located.Place.LOST;
    long from = Math.max(Math.max(wanted, held), locate.getLookedTo() + 1);
    if (search(locate, log, from, unknown, answer)) {
      answer.setPlace(unknown);
    }
    if (answer.getContentHash() != 0 && isForgotten) {
      answer.setPlace(Located.Place.FORGOTTEN);
    }
    if (answer.getPlace() == Located.Place.FORGOTTEN && answer.getTerm() == 0) {
      answer.setTerm(head.term()).setRevision(head.revision());
    }
  }

  /**
   * Whether all was read that had been appended, and it was not there: what is covered was decided
   * before it was asked for.
   */
  private static boolean search(
      Locate locate,
      ChangeLogDriver log,
      long from,
      Located.Place unknown,
      Located.Builder answer) {
    int partition = locate.getPartition();
    long end = log.lastPosition();
    long lookedTo = from - 1;
    // Short enough that nobody need tell it to let go of the log.
    long begin = log.positionOf(partition, from, log.firstPosition());
    long position = begin - 1;
    try (var reader = log.read(begin, () -> {})) {
      for (int records = 0; records < RECORDS_MAX && reader.next(); records++) {
        position = reader.position();
        var decisions = reader.record().getDecisions();
        if (reader.record().hasDecisions() && decisions.getPartition() == partition) {
          if (look(locate, decisions, unknown, answer)) {
            return false;
          }
          long last = decisions.getFirstRevision() + decisions.getDecisionsCount() - 1;
          lookedTo = Math.max(lookedTo, last);
        }
      }
    }
    answer.setLookedTo(lookedTo);
    return position >= end;
  }

  /** Whether there is nothing more to look for: found, or passed. */
  private static boolean look(
      Locate locate, PartitionRecord record, Located.Place unknown, Located.Builder answer) {
    var id = locate.getId();
    if (record.getIncarnation() != id.getIncarnation() || !record.getEdge().equals(id.getEdge())) {
      return false;
    }
    for (int i = 0; i < record.getDecisionsCount(); i++) {
      var decision = record.getDecisions(i);
      if (decision.getSequence() == id.getSequence()) {
        answer
            .setContentHash(decision.getContentHash())
            .setTerm(record.getTerm())
            .setRevision(record.getFirstRevision() + i);
        return true;
      }
      if (decision.getSequence() > id.getSequence()) {
        answer.setPlace(unknown);
        return true;
      }
    }
    return false;
  }
}
