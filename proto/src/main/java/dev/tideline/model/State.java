package dev.tideline.model;

import java.util.Optional;

/** A key's full state, tombstones included. */
public sealed interface State {

  /** Never written, or forgotten. */
  State ABSENT = new Absent();

  /** Revision of the latest decision in it; 0 if there is none. */
  long revision();

  /** The version that the latest decision in it wrote; empty if there is none. */
  Optional<Version> written();

  /** Time of the latest decision in it; {@link HybridTime#ZERO} if there is none. */
  HybridTime time();

  /** Whether a reader finds nothing. */
  boolean dead();

  /** Nothing is known of the key. */
  record Absent() implements State {
    @Override
    public long revision() {
      return 0;
    }

    @Override
    public Optional<Version> written() {
      return Optional.empty();
    }

    @Override
    public HybridTime time() {
      return HybridTime.ZERO;
    }

    @Override
    public boolean dead() {
      return true;
    }
  }

  /** One value, or a tombstone. */
  record Register(Version version) implements State {
    @Override
    public long revision() {
      return version.revision();
    }

    @Override
    public Optional<Version> written() {
      return Optional.of(version);
    }

    @Override
    public HybridTime time() {
      return version.time();
    }

    @Override
    public boolean dead() {
      return version.tombstone();
    }
  }

  /**
   * A sum.
   *
   * @param latest of the latest addition; carries no value
   * @param othersRevision of the latest addition by another incarnation than {@code latest}'s; 0 if
   *     none. With it, whether a token saw every addition is exact without a list of them.
   */
  record Counter(long sum, Version latest, long othersRevision) implements State {
    @Override
    public long revision() {
      return latest.revision();
    }

    @Override
    public Optional<Version> written() {
      return Optional.of(latest);
    }

    @Override
    public HybridTime time() {
      return latest.time();
    }

    @Override
    public boolean dead() {
      return false;
    }
  }
}
