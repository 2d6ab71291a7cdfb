package dev.tideline.store;

/**
 * Hears, at most once for a log, that the log can no longer tell what is durable. There is nothing
 * to retry: the kernel may have dropped the pages it could not write. The handler ends the process,
 * at the latest when it returns; it may be called on any thread and must not wait for that thread.
 */
@FunctionalInterface
public interface FailureHandler {
  void onFailure(LogFailedException failure);
}
