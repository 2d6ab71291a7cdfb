package dev.tideline.hub.ingest;

import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.Ids;
import dev.tideline.hub.reconcile.CanonicalTable;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.model.Catalog;
import dev.tideline.model.Change;
import dev.tideline.model.EdgeId;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.SizeLimits;
import dev.tideline.wire.v1.ReadAnswer;
import dev.tideline.wire.v1.ReadThrough;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says what has been decided of keys. Its answers wait until the change log is durable. */
final class KeyReader {

  private KeyReader() {}

  /**
   * Reads.
   *
   * @throws InvalidInputException if the keys are too many, none, or of several zones
   */
  static ReadAnswer read(
      ReadThrough asked, ReconcileDriver reconcile, EdgeId edge, Catalog catalog) {
    var targets = targets(asked);
    var found = reconcile.answer(targets, edge);
    var answer =
        ReadAnswer.newBuilder()
            .setRequest(asked.getRequest())
            .setAsOf(Ids.encode(found.asOf()))
            .addAllIncluded(Ids.encodeIncluded(found.included()))
            .setTooLarge(found.entries().isEmpty());
    for (int i = 0; i < found.entries().size(); i++) {
      var change = change(targets.get(i), found.entries().get(i), catalog);
      if (i == 0) {
        change.ifPresent(answer::setChange);
      } else {
        var further = ReadAnswer.Found.newBuilder();
        change.ifPresent(further::setChange);
        answer.addFurther(further);
      }
    }
    return answer.build();
  }

  private static List<QualifiedKey> targets(ReadThrough asked) {
    if (asked.getFurtherCount() >= SizeLimits.READ_KEYS_MAX) {
      throw new InvalidInputException(
          "a read of %d keys: at most %d"
              .formatted(asked.getFurtherCount() + 1, SizeLimits.READ_KEYS_MAX));
    }
    var targets = new ArrayList<QualifiedKey>(asked.getFurtherCount() + 1);
    targets.add(new QualifiedKey(asked.getNamespace(), Key.of(asked.getKey())));
    var zone = targets.getFirst().key().zone();
    for (var further : asked.getFurtherList()) {
      targets.add(new QualifiedKey(further.getNamespace(), Key.of(further.getKey())));
      if (!targets.getLast().key().zone().equals(zone)) {
        throw new InvalidInputException("a read of keys of several zones");
      }
    }
    return targets;
  }

  private static Optional<dev.tideline.wire.v1.Change> change(
      QualifiedKey target, CanonicalTable.Entry entry, Catalog catalog) {
    return entry.changeRevision() == 0
        ? Optional.empty()
        : catalog
            .find(target.namespace())
            .map(
                contract ->
                    ChangeCodec.message(
                        new Change(
                            target, contract.type(), entry.changeRevision(), 0, entry.state())));
  }
}
