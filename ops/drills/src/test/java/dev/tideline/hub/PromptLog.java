package dev.tideline.hub;

import com.google.protobuf.ByteString;
import dev.tideline.store.InMemoryRecordLog;
import dev.tideline.store.RecordLog;

/** A log in memory that gives back single records, and is synced whenever somebody waits. */
final class PromptLog implements RecordLog {

  private final InMemoryRecordLog log = new InMemoryRecordLog();

  @Override
  public long append(ByteString record) {
    return log.append(record);
  }

  @Override
  public long firstPosition() {
    return log.firstPosition();
  }

  @Override
  public long lastPosition() {
    return log.lastPosition();
  }

  @Override
  public long durablePosition() {
    return log.durablePosition();
  }

  @Override
  public void awaitDurable(long position) {
    log.awaitDurable(position);
  }

  @Override
  public void whenDurable(long position, Runnable action) {
    log.syncNow();
    log.whenDurable(position, action);
  }

  @Override
  public Reader read(long from) {
    return log.read(from);
  }

  @Override
  public void truncateBefore(long position) {
    log.truncateBefore(position);
  }

  @Override
  public long freeBytes() {
    return log.freeBytes();
  }

  @Override
  public void close() {
    log.close();
  }
}
