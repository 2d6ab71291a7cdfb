package dev.tideline.drills.sim.model;

import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.Verdicts;
import dev.tideline.drills.sim.model.TypeModel.Attempt;
import dev.tideline.drills.sim.model.TypeModel.Result;
import dev.tideline.model.Catalog;
import dev.tideline.model.HybridTime;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Verdict;
import dev.tideline.wire.v1.Decision;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** What becomes of a whole mutation: all of it, or nothing of it. */
public final class Rules {

  private final Catalog catalog;

  Rules(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * What becomes of it.
   *
   * @param cells of the keys that change, after it
   * @param conflicting whether it met something that its writer had not seen
   */
  record Judged(Verdict verdict, Map<QualifiedKey, Cell> cells, boolean conflicting) {

    /** Whether a hub that says this has come to the same verdict, and changes the same keys. */
    boolean is(Decision decision) {
      var changed = new HashSet<QualifiedKey>();
      decision.getChangesList().forEach(bytes -> changed.add(ChangeCodec.decode(bytes).target()));
      return verdict == Verdicts.decode(decision.getVerdict()) && changed.equals(cells.keySet());
    }
  }

  Judged judge(
      Made made, Seen seen, HybridTime time, long revision, Function<QualifiedKey, Cell> held) {
    var cells = new LinkedHashMap<QualifiedKey, Cell>();
    int superseded = 0;
    boolean conflicting = false;
    var id = made.id();
    for (var operation : made.mutation().operations()) {
      var key = operation.target();
      var earlier = cells.get(key);
      boolean again = earlier != null;
      var cell = earlier != null ? earlier : held.apply(key);
      boolean saw = seen.saw(cell) || (again && cell.origins().contains(id));
      conflicting |= !saw && !(cell instanceof Cell.Nothing);
      var attempt = new Attempt(operation, saw, time, id, revision);
      switch (model(key).apply(cell, attempt)) {
        case Result.Becomes(Cell after) -> cells.put(key, after);
        case Result.Superseded superseding -> superseded++;
        case Result.Rejected rejected -> {
          return new Judged(Verdict.REJECTED, Map.of(), conflicting);
        }
      }
    }
    int all = made.mutation().operations().size();
    var verdict =
        superseded == 0 ? Verdict.APPLIED : superseded == all ? Verdict.SUPERSEDED : Verdict.MERGED;
    return new Judged(verdict, cells, conflicting);
  }

  /** The rule of a key's type. */
  public TypeModel model(QualifiedKey key) {
    var contract = catalog.find(key.namespace()).orElseThrow();
    var model = TypeModel.ALL.get(contract.type());
    if (model == null) {
      throw new IllegalStateException("no model of " + contract.type());
    }
    return model;
  }
}
