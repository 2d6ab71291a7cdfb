package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a log promises that several threads use at the same time. */
abstract class ConcurrentRecordLogContract extends RecordLogContract {

  @Test
  void readersAndAWriterWorkAtTheSameTime() throws InterruptedException {
    int count = 4_000;
    var problem = new AtomicReference<Throwable>();
    var done = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      Thread.ofPlatform()
          .start(
              () -> {
                try (var reader = log().read(1)) {
                  long expected = 1;
                  while (expected <= count) {
                    if (reader.next()) {
                      assertThat(reader.record()).isEqualTo(record(expected, 200));
                      expected++;
                    }
                  }
                } catch (Throwable e) {
                  problem.set(e);
                } finally {
                  done.countDown();
                }
              });
    }
    append(count, 200);
    done.await();
    assertThat(problem.get()).isNull();
  }
}
