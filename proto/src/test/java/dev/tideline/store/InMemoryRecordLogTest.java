package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class InMemoryRecordLogTest extends ConcurrentRecordLogContract {

  private @Nullable InMemoryRecordLog current;

  @Override
  RecordLog open() {
    current = current == null ? new InMemoryRecordLog() : current.reopen();
    return current;
  }

  @Override
  void letSyncHappen(RecordLog log) {
    ((InMemoryRecordLog) log).syncNow();
  }

  @Test
  void aCrashDropsTheUnsyncedTailAndItsCallbacks() {
    var log = new InMemoryRecordLog();
    var ran = new ArrayList<String>();
    append(log, 3, 10);
    log.syncNow();
    append(log, 2, 10);
    log.whenDurable(5, () -> ran.add("never"));
    var after = log.crash();
    assertThat(after.lastPosition()).isEqualTo(3);
    after.syncNow();
    assertThat(ran).isEmpty();
  }
}
