package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RecordLog} does. */
abstract class RecordLogContract {

  private @Nullable RecordLog opened;

  /** Opens an empty log the first time, the same one afterwards. */
  abstract RecordLog open();

  /** Gives an implementation that does not sync by itself the occasion. */
  abstract void letSyncHappen(RecordLog log);

  @BeforeEach
  void openLog() {
    opened = open();
  }

  @AfterEach
  void closeLog() {
    log().close();
  }

  RecordLog log() {
    return java.util.Objects.requireNonNull(opened);
  }

  void reopen() {
    log().close();
    opened = open();
  }

  @Test
  void anEmptyLogStandsBeforePositionOne() {
    assertThat(log().firstPosition()).isEqualTo(1);
    assertThat(log().lastPosition()).isZero();
    assertThat(log().durablePosition()).isZero();
    assertThat(readFrom(1)).isEmpty();
  }

  @Test
  void positionsAreDenseAndRecordsReadBackInOrder() {
    var records = append(500, 300);
    assertThat(log().lastPosition()).isEqualTo(500);
    assertThat(readFrom(1)).isEqualTo(records);
    assertThat(readFrom(250)).isEqualTo(records.subList(249, 500));
    assertThat(readFrom(501)).isEmpty();
  }

  @Test
  void aReaderAtTheEndGoesOnWhenMoreIsAppended() {
    try (var reader = log().read(1)) {
      assertThat(reader.next()).isFalse();
      log().append(ByteString.copyFromUtf8("one"));
      assertThat(reader.next()).isTrue();
      assertThat(reader.position()).isEqualTo(1);
      assertThat(reader.record().toStringUtf8()).isEqualTo("one");
      assertThat(reader.next()).isFalse();
      assertThat(reader.position()).isEqualTo(1);
      log().append(ByteString.copyFromUtf8("two"));
      assertThat(reader.next()).isTrue();
      assertThat(reader.record().toStringUtf8()).isEqualTo("two");
    }
  }

  @Test
  void aReaderRefusesToTellOfARecordItDoesNotStandOn() {
    try (var reader = log().read(1)) {
      assertThatThrownBy(reader::position).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(reader::record).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void readingOutsideWhatIsHeldIsRefused() {
    append(3, 10);
    assertThatThrownBy(() -> log().read(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log().read(5)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void emptyAndOversizedRecordsAreRefusedAndLeaveTheLogAsItWas() {
    var oversized = ByteString.copyFrom(new byte[RecordLog.RECORD_BYTES_MAX + 1]);
    assertThatThrownBy(() -> log().append(ByteString.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log().append(oversized)).isInstanceOf(IllegalArgumentException.class);
    assertThat(log().lastPosition()).isZero();
    assertThat(log().append(ByteString.copyFromUtf8("fits"))).isEqualTo(1);
  }

  @Test
  void awaitDurableReturnsOnceTheRecordIsDurable() {
    append(10, 100);
    log().awaitDurable(7);
    assertThat(log().durablePosition()).isBetween(7L, 10L);
  }

  @Test
  void waitingForWhatWasNeverAppendedIsRefused() {
    assertThatThrownBy(() -> log().awaitDurable(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log().whenDurable(1, () -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void callbacksRunInAscendingOrderOncePositionsAreDurable() {
    List<Long> ran = Collections.synchronizedList(new ArrayList<>());
    append(5, 10);
    for (long position : new long[] {3, 5, 1, 4, 2}) {
      log().whenDurable(position, () -> ran.add(position));
    }
    letSyncHappen(log());
    await().until(() -> ran.size() == 5);
    log().whenDurable(2, () -> ran.add(-2L));
    assertThat(ran.getLast()).isEqualTo(-2L);
  }

  @Test
  void everythingIsThereAndDurableAfterReopening() {
    var records = append(300, 900);
    reopen();
    assertThat(log().durablePosition()).isEqualTo(300);
    assertThat(readFrom(1)).isEqualTo(records);
    assertThat(log().append(ByteString.copyFromUtf8("more"))).isEqualTo(301);
    assertThat(readFrom(300)).hasSize(2);
  }

  @Test
  void truncationGivesBackOnlyWhatLiesBeforeThePosition() {
    var records = append(3_000, 1_000);
    log().truncateBefore(2_500);
    assertThat(log().firstPosition()).isBetween(2L, 2_500L);
    assertThat(readFrom(2_500)).isEqualTo(records.subList(2_499, 3_000));
    long first = log().firstPosition();
    reopen();
    assertThat(log().firstPosition()).isEqualTo(first);
    assertThat(readFrom(2_500)).isEqualTo(records.subList(2_499, 3_000));
  }

  @Test
  void positionsGoOnAfterEverythingWasTruncated() {
    append(1_500, 1_000);
    reopen();
    log().truncateBefore(1_501);
    assertThat(log().firstPosition()).isEqualTo(1_501);
    reopen();
    assertThat(log().lastPosition()).isEqualTo(1_500);
    assertThat(log().append(ByteString.copyFromUtf8("next"))).isEqualTo(1_501);
  }

  final List<ByteString> append(int count, int bytes) {
    return append(log(), count, bytes);
  }

  static List<ByteString> append(RecordLog log, int count, int bytes) {
    var records = new ArrayList<ByteString>();
    for (int i = 0; i < count; i++) {
      var record = record(log.lastPosition() + 1, bytes);
      log.append(record);
      records.add(record);
    }
    return records;
  }

  final List<ByteString> readFrom(long position) {
    return readFrom(log(), position);
  }

  static List<ByteString> readFrom(RecordLog log, long position) {
    var records = new ArrayList<ByteString>();
    try (var reader = log.read(position)) {
      while (reader.next()) {
        assertThat(reader.position()).isEqualTo(position + records.size());
        records.add(reader.record());
      }
    }
    return records;
  }

  static ByteString record(long position, int bytes) {
    var content = new byte[bytes];
    new java.util.Random(position).nextBytes(content);
    return ByteString.copyFrom(content);
  }
}
