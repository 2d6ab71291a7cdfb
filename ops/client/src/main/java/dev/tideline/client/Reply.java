package dev.tideline.client;

import java.util.function.Function;

/**
 * What came of a request.
 *
 * @param <T> what a successful answer carries
 */
public sealed interface Reply<T> {

  /** The node did it. */
  record Ok<T>(T value) implements Reply<T> {}

  /** The node answered, and refused. */
  record Refused<T>(Problem problem) implements Reply<T> {}

  /**
   * No answer came.
   *
   * @param address of the node, {@code host:port}
   * @param reason in words
   * @param sent whether the request may have arrived, so that its effect is not known
   */
  record Unreachable<T>(String address, String reason, boolean sent) implements Reply<T> {}

  /** The same outcome with another value. */
  default <R> Reply<R> map(Function<? super T, ? extends R> function) {
    return switch (this) {
      case Ok<T>(var value) -> new Ok<>(function.apply(value));
      case Refused<T>(var problem) -> new Refused<>(problem);
      case Unreachable<T>(var address, var reason, var sent) ->
          new Unreachable<>(address, reason, sent);
    };
  }

  /**
   * The value of a successful answer.
   *
   * @throws IllegalStateException if there is none; for callers for whom that is a defect
   */
  default T orThrow() {
    return switch (this) {
      case Ok<T>(var value) -> value;
      case Refused<T>(var problem) -> throw new IllegalStateException(problem.sentence());
      case Unreachable<T>(var address, var reason, var sent) ->
          throw new IllegalStateException(address + ": " + reason);
    };
  }
}
