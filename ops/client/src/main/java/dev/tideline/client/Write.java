package dev.tideline.client;

/** One write: what, to which key, and under which conditions. */
public record Write(String namespace, String key, Action action, WriteOptions options) {

  /** What a write does to its key. */
  public sealed interface Action {

    /** Replaces the value. */
    record Put(Bytes value, String contentType) implements Action {}

    /** Takes the value away. */
    record Delete() implements Action {}

    /** Adds to a counter. */
    record Add(long delta) implements Action {}
  }

  /** An addition to a counter that may safely be sent again. */
  public static Write add(String namespace, String key, long delta, String idempotencyKey) {
    return new Write(namespace, key, new Action.Add(delta), WriteOptions.keyed(idempotencyKey));
  }

  /** A plain replacement of a value. */
  public static Write put(String namespace, String key, Bytes value, String contentType) {
    return new Write(namespace, key, new Action.Put(value, contentType), WriteOptions.NONE);
  }
}
