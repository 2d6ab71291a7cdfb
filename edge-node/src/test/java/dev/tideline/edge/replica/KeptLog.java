package dev.tideline.edge.replica;

import com.google.protobuf.ByteString;
import dev.tideline.store.InMemoryRecordLog;
import dev.tideline.store.LogFullException;
import dev.tideline.store.RecordLog;

/** A log that remembers what it was told to give back, and keeps it. */
final class KeptLog implements RecordLog {

  private final InMemoryRecordLog log;
  private long neededFrom = 1;
  private int roomFor = Integer.MAX_VALUE;

  KeptLog() {
    this(new InMemoryRecordLog());
  }

  private KeptLog(InMemoryRecordLog log) {
    this.log = log;
  }

  /** What a lost machine leaves. */
  KeptLog crash() {
    var left = new KeptLog(log.crash());
    left.neededFrom = neededFrom;
    return left;
  }

  /** What a killed process leaves. */
  KeptLog kill() {
    log.syncNow();
    return crash();
  }

  void syncNow() {
    log.syncNow();
  }

  /** The disk has room for so many records. */
  void fullAfter(int records) {
    roomFor = records;
  }

  /** Nothing before this position may be needed any more. */
  long neededFrom() {
    return neededFrom;
  }

  @Override
  public long append(ByteString record) {
    if (roomFor == 0) {
      throw new LogFullException("the disk is full");
    }
    roomFor--;
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
    log.whenDurable(position, action);
  }

  @Override
  public Reader read(long from) {
    return log.read(from);
  }

  @Override
  public void truncateBefore(long position) {
    neededFrom = Math.max(neededFrom, position);
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
