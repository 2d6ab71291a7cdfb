package dev.tideline.edge.api;

import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.uplink.UplinkDriver;
import dev.tideline.model.Interest;
import dev.tideline.model.InvalidInputException;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.store.LogFullException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an edge wants to hold. Safe from any thread. */
public final class EdgeInterests {

  private final ReplicaDriver replica;
  private final UplinkDriver uplink;

  EdgeInterests(ReplicaDriver replica, UplinkDriver uplink) {
    this.replica = replica;
    this.uplink = uplink;
  }

  /** What is wanted, and whether each of it is ready to be read. */
  public Map<Interest, Boolean> all() {
    var ready = replica.loads().ready().all();
    var all = new LinkedHashMap<Interest, Boolean>();
    for (var interest : replica.loads().wanted().all()) {
      all.put(interest, ready.contains(interest));
    }
    return all;
  }

  /** Wants one more; what is wrong with that, if anything. Nothing was changed then. */
  public Optional<Refusal> add(Interest interest) {
    return add(List.of(interest));
  }

  /** Wants more; what is wrong with that, if anything. Nothing was changed then. */
  public Optional<Refusal> add(Collection<Interest> interests) {
    return change(() -> uplink.addInterests(interests));
  }

  /** Wants one less; what is wrong with that, if anything. */
  public Optional<Refusal> remove(Interest interest) {
    return remove(List.of(interest));
  }

  /** Wants less, whatever of it was wanted; what is wrong with that, if anything. */
  public Optional<Refusal> remove(Collection<Interest> interests) {
    return change(() -> uplink.removeInterests(interests));
  }

  private Optional<Refusal> change(Runnable change) {
    if (replica.layout().isEmpty()) {
      return Optional.of(
          new Refusal(
              ErrorCode.NO_CATALOG,
              "this edge has never met its hub",
              "give its first interests as the setting 'interest'"));
    }
    try {
      change.run();
      return Optional.empty();
    } catch (InvalidInputException e) {
      return Optional.of(
          new Refusal(
              ErrorCode.INTERESTS_FULL,
              e.problem(),
              "remove what is not needed; a zone or a prefix stands for many keys"));
    } catch (LogFullException e) {
      return Optional.of(
          new Refusal(
              ErrorCode.NOT_ACCEPTED,
              String.valueOf(e.getMessage()),
              "free disk space, then retry"));
    }
  }
}
