package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link Table} does. */
abstract class TableContract {

  static final TableConfig SMALL = new TableConfig(10_000, 64L << 20);

  private @Nullable Table opened;

  abstract Table create(TableConfig config);

  final Table table() {
    if (opened == null) {
      opened = create(SMALL);
    }
    return opened;
  }

  @AfterEach
  void closeTable() {
    if (opened != null) {
      opened.close();
    }
  }

  @Test
  void whatWasPutIsGotAndWhatWasRemovedIsGone() {
    var into = new Slice(0);
    assertThat(put("a", "one")).isTrue();
    assertThat(table().get(slice("a"), into)).isTrue();
    assertThat(into.toByteString().toStringUtf8()).isEqualTo("one");
    assertThat(table().remove(slice("a"))).isTrue();
    assertThat(table().remove(slice("a"))).isFalse();
    assertThat(table().get(slice("a"), into)).isFalse();
    assertThat(into.length()).isZero();
  }

  @Test
  void entriesAndBytesAreCountedThroughReplacingAndRemoving() {
    put("key", "12345");
    assertThat(table().bytes()).isEqualTo(8);
    put("key", "1");
    assertThat(table().bytes()).isEqualTo(4);
    assertThat(table().size()).isEqualTo(1);
    put("key2", "");
    assertThat(table().size()).isEqualTo(2);
    assertThat(table().bytes()).isEqualTo(8);
    table().remove(slice("key"));
    assertThat(table().size()).isEqualTo(1);
    assertThat(table().bytes()).isEqualTo(4);
  }

  @Test
  void manyRandomWritesAgreeWithAModel() {
    var random = new Random(7);
    var model = new HashMap<ByteString, ByteString>();
    for (int i = 0; i < 30_000; i++) {
      var key = ByteString.copyFromUtf8("k" + random.nextInt(2_000));
      if (random.nextInt(3) == 0) {
        assertThat(table().remove(Slice.copyOf(key))).isEqualTo(model.remove(key) != null);
      } else {
        var value = new byte[random.nextInt(random.nextInt(100) == 0 ? 20_000 : 300)];
        random.nextBytes(value);
        model.put(key, ByteString.copyFrom(value));
        assertThat(table().put(Slice.copyOf(key), Slice.copyOf(model.get(key)))).isTrue();
      }
    }
    assertThat(content(0)).isEqualTo(model);
    assertThat(table().size()).isEqualTo(model.size());
    assertThat(table().bytes())
        .isEqualTo(
            model.entrySet().stream()
                .mapToLong(e -> e.getKey().size() + e.getValue().size())
                .sum());
  }

  @Test
  void theLimitOfEntriesRefusesWithNothingChanged() {
    for (int i = 0; i < SMALL.entriesMax(); i++) {
      assertThat(put("k" + i, "v")).isTrue();
    }
    assertThat(put("one more", "v")).isFalse();
    assertThat(table().size()).isEqualTo(SMALL.entriesMax()).isEqualTo(table().entriesMax());
    assertThat(put("k7", "a longer value")).isTrue();
    table().remove(slice("k0"));
    assertThat(put("one more", "v")).isTrue();
  }

  @Test
  void theLimitOfBytesRefusesTheLargestValuesAndKeepsEveryEntryWhole() {
    var value = new Slice(0);
    value.resize(Table.VALUE_BYTES_MAX);
    int taken = 0;
    while (table().put(slice("big" + taken), fill(value, value.length(), taken))) {
      taken++;
    }
    assertThat(table().bytes()).isLessThanOrEqualTo(SMALL.bytesMax());
    assertThat(table().bytes() + Table.VALUE_BYTES_MAX + 16).isGreaterThan(SMALL.bytesMax());
    var into = new Slice(0);
    for (int i = 0; i < taken; i++) {
      assertThat(table().get(slice("big" + i), into)).isTrue();
      assertThat(into.length()).isEqualTo(Table.VALUE_BYTES_MAX);
      assertThat(into.array()[i]).isEqualTo((byte) i);
    }
  }

  @Test
  void valuesThatGrowUntilTheTableRefusesLoseNothing() {
    int keys = 200;
    var value = new Slice(0);
    boolean refused = false;
    for (int bytes = 10; bytes <= Table.VALUE_BYTES_MAX; bytes = bytes * 2) {
      for (int key = 0; key < keys; key++) {
        value.resize(bytes);
        refused |= !table().put(slice("grow" + key), fill(value, value.length(), key));
      }
    }
    assertThat(refused).isTrue();
    var into = new Slice(0);
    for (int key = 0; key < keys; key++) {
      assertThat(table().get(slice("grow" + key), into)).isTrue();
      assertThat(into.array()[into.length() - 1]).isEqualTo((byte) key);
    }
    assertThat(table().size()).isEqualTo(keys);
  }

  @Test
  void valuesAboveTheMaximumAreRejected() {
    var value = new Slice(0);
    value.resize(Table.VALUE_BYTES_MAX + 1);
    assertThatThrownBy(() -> table().put(slice("k"), value))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readersSeeAnEntryBeforeOrAfterAWriteNeverHalfOfIt() throws InterruptedException {
    var problem = new AtomicReference<String>("");
    put("shared", "a".repeat(50));
    var reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  var key = slice("shared");
                  var into = new Slice(0);
                  while (problem.get().isEmpty() && !Thread.currentThread().isInterrupted()) {
                    table().get(key, into);
                    var text = into.toByteString().toStringUtf8();
                    if (text.isEmpty()
                        || !text.equals(text.substring(0, 1).repeat(text.length()))) {
                      problem.set(text);
                    }
                  }
                });
    for (int i = 0; i < 20_000; i++) {
      put("shared", Character.toString('a' + i % 26).repeat(50 + i % 300));
    }
    reader.interrupt();
    reader.join();
    assertThat(problem.get()).isEmpty();
  }

  @Test
  void aWalkVisitsEveryEntryOnceSegmentBySegmentAndCanBeTakenUpAgain() {
    for (int i = 0; i < 2_000; i++) {
      put("k" + i, "v" + i);
    }
    var all = content(0);
    assertThat(all).hasSize(2_000);
    try (var walk = table().walk(0)) {
      var seen = new HashMap<ByteString, ByteString>();
      for (int i = 0; i < walk.segments() / 2; i++) {
        assertThat(walk.segment()).isEqualTo(i);
        assertThat(walk.next((key, value) -> addOnce(seen, key, value))).isTrue();
      }
      try (var rest = table().walk(walk.segment())) {
        assertThat(rest.layout()).isEqualTo(walk.layout());
        while (rest.next((key, value) -> addOnce(seen, key, value))) {}
        assertThat(rest.segment()).isEqualTo(rest.segments());
      }
      assertThat(seen).isEqualTo(all);
    }
  }

  @Test
  void aWalkStillSeesWhatWasThereBeforeTheTableGrewUnderIt() {
    for (int i = 0; i < 50; i++) {
      put("k" + i, "v" + i);
    }
    var seen = new HashMap<ByteString, ByteString>();
    try (var walk = table().walk(0)) {
      for (int i = 50; i < SMALL.entriesMax(); i++) {
        put("k" + i, "v" + i);
      }
      while (walk.next((key, value) -> addOnce(seen, key, value))) {}
    }
    for (int i = 0; i < 50; i++) {
      assertThat(seen).containsEntry(utf8("k" + i), utf8("v" + i));
    }
  }

  @Test
  void aVisitorThatTakesItsTimeKeepsNobodyFromReadingAndWriting() throws Exception {
    put("k", "before");
    try (var walk = table().walk(0)) {
      var visited = new AtomicReference<String>("");
      while (walk.next(
          (key, value) -> {
            onAnotherThread(() -> put("k", "after"));
            onAnotherThread(() -> table().get(slice("k"), new Slice(0)));
            visited.set(value.toByteString().toStringUtf8());
          })) {}
      assertThat(visited.get()).isEqualTo("before");
    }
    assertThat(content(0)).containsEntry(utf8("k"), utf8("after"));
  }

  /** Every 1,000th key has a value of 1 MiB, and one of the three is rewritten as it comes. */
  @Test
  void everyStepOfGrowthKeepsSmallAndLargeValuesWhileReadersGoOn() throws Exception {
    int keys = 60_000;
    try (var table = create(new TableConfig(keys, 256L << 20));
        var readers = Executors.newFixedThreadPool(2)) {
      var written = new AtomicInteger();
      var stop = new AtomicBoolean();
      var first = readers.submit(() -> readBack(table, written, stop, 1));
      var second = readers.submit(() -> readBack(table, written, stop, 2));
      var value = new Slice(0);
      try {
        for (int i = 0; i < keys; i++) {
          if (i % 3 == 0) {
            assertThat(table.put(slice("k" + i), fill(value, (i + 1) % 1000 == 0 ? 9000 : 1, i)))
                .isTrue();
          }
          assertThat(table.put(slice("k" + i), fill(value, lengthOf(i), i))).isTrue();
          written.set(i + 1);
        }
      } finally {
        stop.set(true);
      }
      assertThat(first.get(30, TimeUnit.SECONDS)).isPositive();
      assertThat(second.get(30, TimeUnit.SECONDS)).isPositive();
      var seen = new AtomicInteger();
      try (var walk = table.walk(0)) {
        while (walk.next((k, v) -> seen.addAndGet(v.length() > 0 ? 1 : 0))) {}
      }
      assertThat(seen.get()).isEqualTo(keys);
      assertThat(table.size()).isEqualTo(keys);
    }
  }

  private static int lengthOf(int key) {
    return key % 1000 == 999 ? 1024 * 1024 : 50 + key % 200;
  }

  private static Slice fill(Slice value, int length, int with) {
    value.resize(length);
    java.util.Arrays.fill(value.array(), 0, length, (byte) with);
    return value;
  }

  /** Reads keys that have been written until told to stop; returns how many reads were right. */
  private static int readBack(Table table, AtomicInteger written, AtomicBoolean stop, int seed) {
    var random = new Random(seed);
    var into = new Slice(0);
    int reads = 0;
    while (!stop.get()) {
      int there = written.get();
      if (there > 0) {
        int key = random.nextInt(8) == 0 ? there - 1 : random.nextInt(there);
        assertThat(table.get(slice("k" + key), into)).as("key %s of %s", key, there).isTrue();
        assertThat(into.length()).isEqualTo(lengthOf(key));
        assertThat(into.array()[0]).isEqualTo((byte) key);
        assertThat(into.array()[into.length() - 1]).isEqualTo((byte) key);
        reads++;
      }
    }
    return reads;
  }

  @Test
  void aValueThatMovesBetweenSmallAndLargeIsAlwaysSeenBeforeOrAfter() throws Exception {
    var value = new Slice(0);
    assertThat(table().put(slice("k"), fill(value, 10, 0))).isTrue();
    var stop = new AtomicBoolean();
    try (var reader = Executors.newSingleThreadExecutor()) {
      var reads =
          reader.submit(
              () -> {
                var into = new Slice(0);
                int count = 0;
                int last = 0;
                while (!stop.get()) {
                  assertThat(table().get(slice("k"), into)).isTrue();
                  int length = into.length();
                  assertThat(into.array()[length - 1]).isEqualTo(into.array()[0]);
                  int round = java.nio.ByteBuffer.wrap(into.array()).getInt(1);
                  assertThat(round).isGreaterThanOrEqualTo(last);
                  last = round;
                  count++;
                }
                return count;
              });
      for (int round = 1; round < 5_000; round++) {
        int length = round % 3 == 0 ? 10 : round % 3 == 1 ? 30_000 : 9_000 + round;
        fill(value, length, round);
        java.nio.ByteBuffer.wrap(value.array()).putInt(1, round);
        assertThat(table().put(slice("k"), value)).isTrue();
      }
      stop.set(true);
      assertThat(reads.get(30, TimeUnit.SECONDS)).isPositive();
    }
    assertThat(table().remove(slice("k"))).isTrue();
    assertThat(table().bytes()).isZero();
  }

  @Test
  void valuesOfEverySizeThatComeAndGoAreTakenUpToTheLimitOfBytes() {
    var random = new Random(11);
    var lengths = new HashMap<Integer, Integer>();
    var value = new Slice(0);
    long bytes = 0;
    for (int i = 0; i < 3_000; i++) {
      int key = random.nextInt(300);
      int length = 1 + (int) (Table.VALUE_BYTES_MAX * Math.pow(random.nextDouble(), 6));
      int before = lengths.getOrDefault(key, -4);
      boolean fits = bytes + length - before <= SMALL.bytesMax() || length <= before;
      var name = slice("%04d".formatted(key));
      assertThat(table().put(name, fill(value, length, key))).isEqualTo(fits);
      if (fits) {
        bytes += length - before;
        lengths.put(key, length);
      }
      assertThat(table().bytes()).isEqualTo(bytes);
    }
    assertThat(bytes).isGreaterThan(SMALL.bytesMax() * 9 / 10);
    var into = new Slice(0);
    lengths.forEach(
        (key, length) -> {
          assertThat(table().get(slice("%04d".formatted(key)), into)).isTrue();
          assertThat(into.length()).isEqualTo(length);
          assertThat(into.array()[length - 1]).isEqualTo((byte) (int) key);
        });
  }

  @Test
  void aWalkFromASegmentThatTheLayoutDoesNotHaveIsRejected() {
    put("k", "v");
    assertThatThrownBy(() -> table().walk(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> table().walk(1_000_000)).isInstanceOf(IllegalArgumentException.class);
  }

  private Map<ByteString, ByteString> content(int fromSegment) {
    var seen = new HashMap<ByteString, ByteString>();
    try (var walk = table().walk(fromSegment)) {
      while (walk.next((key, value) -> addOnce(seen, key, value))) {}
    }
    return seen;
  }

  private static void addOnce(Map<ByteString, ByteString> seen, Slice key, Slice value) {
    assertThat(seen.put(key.toByteString(), value.toByteString())).isNull();
  }

  private static void onAnotherThread(Runnable action) {
    assertThat(CompletableFuture.runAsync(action)).succeedsWithin(Duration.ofSeconds(10));
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private boolean put(String key, String value) {
    return table().put(slice(key), slice(value));
  }

  static Slice slice(String text) {
    return Slice.copyOf(ByteString.copyFromUtf8(text));
  }
}
