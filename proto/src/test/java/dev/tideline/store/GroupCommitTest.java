package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GroupCommitTest {

  private final AtomicLong appended = new AtomicLong();
  private final AtomicInteger forces = new AtomicInteger();
  private final Semaphore mayForce = new Semaphore(1_000_000);
  private final List<LogFailedException> failures = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean fails;
  private final GroupCommit commit =
      new GroupCommit("test", 0, appended::get, this::force, failures::add);

  private void force() throws IOException {
    mayForce.acquireUninterruptibly();
    forces.incrementAndGet();
    if (fails) {
      throw new IOException("no");
    }
  }

  @AfterEach
  void close() {
    mayForce.release(1_000);
    commit.close();
  }

  @Test
  void aLoneWaiterSyncsItself() {
    appended.set(3);
    commit.await(2);
    assertThat(commit.durable()).isEqualTo(3);
    commit.await(3);
    assertThat(forces).hasValue(1);
  }

  @Test
  void oneSyncCoversAllThatWasAppendedBeforeItAndALaterOneTheRest() throws InterruptedException {
    mayForce.drainPermits();
    appended.set(1);
    var first = Thread.ofPlatform().start(() -> commit.await(1));
    await().until(mayForce::hasQueuedThreads);
    appended.set(50);
    var rest = new ArrayList<Thread>();
    for (long position = 2; position <= 50; position++) {
      long mine = position;
      rest.add(Thread.ofVirtual().start(() -> commit.await(mine)));
    }
    mayForce.release();
    first.join();
    assertThat(commit.durable()).isEqualTo(1);
    mayForce.release();
    for (var thread : rest) {
      thread.join();
    }
    assertThat(commit.durable()).isEqualTo(50);
    assertThat(forces).hasValue(2);
  }

  @Test
  void callbacksAreSyncedWithoutAnyWaiter() {
    var ran = Collections.synchronizedList(new ArrayList<Long>());
    for (long position = 1; position <= 100; position++) {
      long mine = position;
      appended.set(position);
      commit.whenDurable(position, () -> ran.add(mine));
    }
    await().until(() -> ran.size() == 100);
    assertThat(ran).isSorted();
  }

  @Test
  void aCallbackMayRegisterTheNextOne() {
    var ran = Collections.synchronizedList(new ArrayList<String>());
    appended.set(2);
    commit.whenDurable(
        1,
        () -> {
          commit.whenDurable(2, () -> ran.add("second"));
          ran.add("first");
        });
    await().until(() -> ran.size() == 2);
    assertThat(ran).containsExactly("first", "second");
  }

  @Test
  void noWakeUpIsMissedUnderLoad() throws InterruptedException {
    int threads = 8;
    int each = 2_000;
    var callbacks = new AtomicInteger();
    var done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      boolean waits = t % 2 == 0;
      Thread.ofPlatform()
          .start(
              () -> {
                for (int i = 0; i < each; i++) {
                  long position = appended.incrementAndGet();
                  if (waits) {
                    commit.await(position);
                  } else {
                    commit.whenDurable(position, callbacks::incrementAndGet);
                  }
                }
                done.countDown();
              });
    }
    done.await();
    await().until(() -> callbacks.get() == threads / 2 * each);
  }

  @Test
  void aFailedSyncReachesEveryWaiterAndIsNeverRepeated() throws InterruptedException {
    fails = true;
    mayForce.drainPermits();
    appended.set(9);
    var caught = Collections.synchronizedList(new ArrayList<Throwable>());
    var waiters = new ArrayList<Thread>();
    for (long position = 1; position <= 9; position++) {
      long mine = position;
      waiters.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      commit.await(mine);
                    } catch (LogFailedException e) {
                      caught.add(e);
                    }
                  }));
    }
    mayForce.release(1_000);
    for (var waiter : waiters) {
      waiter.join();
    }
    assertThat(caught).hasSize(9);
    assertThat(failures).hasSize(1);
    assertThat(forces).hasValue(1);
    assertThatThrownBy(commit::checkHealthy).isInstanceOf(LogFailedException.class);
  }

  @Test
  void afterClosingNobodyWaitsAndNoCallbackRuns() {
    var ran = new AtomicInteger();
    mayForce.drainPermits();
    appended.set(1);
    commit.whenDurable(1, ran::incrementAndGet);
    await().until(mayForce::hasQueuedThreads);
    var closing = Thread.ofPlatform().start(commit::close);
    mayForce.release();
    await().until(() -> !closing.isAlive());
    appended.set(2);
    assertThatThrownBy(() -> commit.await(2)).isInstanceOf(IllegalStateException.class);
  }
}
