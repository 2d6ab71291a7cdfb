package dev.tideline.drills.sim.model;

import dev.tideline.codec.MutationCodec;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What mutations are called here. Two processes that go on from one copy of a memory give one id to
 * two mutations; the one that is met second has another name, and nobody but the model knows it.
 */
public final class Names {

  /** Milliseconds and random bits do not reach it. */
  private static final long OTHER = 1L << 62;

  private final Set<Seen.Source> shared = new HashSet<>();
  private final Map<MutationId, Long> hashes = new HashMap<>();

  /** A process lives twice. */
  void share(Seen.Source source, Iterable<Made> made) {
    shared.add(source);
    for (var one : made) {
      if (one.source().equals(source)) {
        hashes.put(one.id(), MutationCodec.encode(one.mutation()).getContentHash());
      }
    }
  }

  /** Whether somebody saw what its process made while it lived twice: no token can say which. */
  public boolean isAmbiguous(Seen seen) {
    return seen.own().keySet().stream().anyMatch(source -> shared.contains(source.given()));
  }

  /** Whether two processes that go on from one copy may make mutations of this id. */
  public boolean isShared(MutationId given) {
    return shared.contains(Seen.Source.of(given));
  }

  /** What a mutation is called. */
  public MutationId of(Mutation mutation) {
    return shared.contains(Seen.Source.of(mutation.id()))
        ? of(mutation.id(), MutationCodec.encode(mutation).getContentHash())
        : mutation.id();
  }

  /** What the mutation of this content is called. */
  MutationId of(MutationId given, long contentHash) {
    if (!shared.contains(Seen.Source.of(given))) {
      return given;
    }
    long first = hashes.computeIfAbsent(given, of -> contentHash);
    return first == contentHash ? given : other(given);
  }

  /** The second mutation of an id, if there is one. */
  static MutationId other(MutationId given) {
    return new MutationId(given.edge(), given.incarnation() | OTHER, given.sequence());
  }

  /** The id that its process has given it. */
  public static MutationId given(MutationId name) {
    return new MutationId(name.edge(), given(name.incarnation()), name.sequence());
  }

  static Set<MutationId> given(List<MutationId> names) {
    return names.stream().map(Names::given).collect(Collectors.toSet());
  }

  static long given(long incarnation) {
    return incarnation & ~OTHER;
  }
}
