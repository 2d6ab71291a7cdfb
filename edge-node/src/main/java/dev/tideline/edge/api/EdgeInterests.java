package dev.tideline.edge.api;

import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.uplink.UplinkDriver;
import dev.tideline.model.Interest;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What an edge wants to hold, and reads of what it does not. Safe from any thread. */
public final class EdgeInterests {

  /** An answer of the hub is as fresh as it can be. */
  private static final long FRESH_MS = 0;

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

  /** Wants more; what is wrong with that, if anything. Nothing was changed then. */
  public Optional<Refusal> add(Interest interest) {
    try {
      if (replica.layout().isEmpty()) {
        return Optional.of(
            new Refusal(
                ErrorCode.NO_CATALOG,
                "this edge has never met its hub",
                "give its first interests as a setting"));
      }
      uplink.addInterests(List.of(interest));
      return Optional.empty();
    } catch (InvalidInputException e) {
      return Optional.of(
          new Refusal(ErrorCode.INTERESTS_FULL, e.problem(), "remove one that is not needed"));
    }
  }

  /** Wants less. */
  public void remove(Interest interest) {
    uplink.removeInterests(List.of(interest));
  }

  /** Why a key is not answered. */
  Refusal notHeld(QualifiedKey key) {
    return replica.loads().wanted().covers(key)
        ? new Refusal(
            ErrorCode.LOADING, "'%s' is being loaded".formatted(key), "read again in a moment")
        : new Refusal(
            ErrorCode.OUT_OF_INTEREST,
            "'%s' is outside this edge's interest".formatted(key),
            "read through, or add the interest key=%s/%s".formatted(key.namespace(), key.key()));
  }

  /** Asks the hub for a key; every failure is a refusal. */
  CompletableFuture<ReadResult> readThrough(QualifiedKey key) {
    return uplink
        .readThrough(key)
        .<ReadResult>thenApply(answer -> new ReadResult.Read(replica.read(answer, key), FRESH_MS))
        .exceptionally(
            failure ->
                new ReadResult.Refused(
                    new Refusal(
                        notHeld(key).code(),
                        "'%s' is not held here, and the hub did not answer within 2000 ms"
                            .formatted(key),
                        "read again when the hub is reachable")));
  }
}
