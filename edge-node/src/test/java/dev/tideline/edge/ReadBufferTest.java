package dev.tideline.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.replica.ReadBuffer;
import dev.tideline.model.Key;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.runtime.ErrorCode;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads without garbage find what reads with objects find. */
class ReadBufferTest {

  private static final int KEYS = 200;
  private static final int WARM_UP_READS = 200_000;
  private static final int MEASURED_READS = 100_000;

  /** What the measuring itself and the compiler may leave, spread over all reads. */
  private static final double BYTES_PER_READ_MAX = 0.5;

  @TempDir private Path directory = Path.of("");
  private final ScriptedHub hub = new ScriptedHub();
  private final ReadBuffer buffer = new ReadBuffer();
  private EdgeNode node;

  @BeforeEach
  void start() {
    node = EdgeNodes.start("a", directory, hub.port());
    Awaitility.await().until(() -> node.status().catalog().known());
  }

  @AfterEach
  void stop() {
    node.close();
    hub.close();
  }

  @Test
  void aBufferShowsWhatAReadReturns() {
    write(put("z/text", "héllo", "text/plain; charset=utf-8"));
    write(put("z/empty", "", ""));
    write(put("z/gone", "x", "text/plain"));
    write(new Operation.Delete(key("players", "z/gone"), Precondition.NONE, 0));
    write(new Operation.Add(key("stock", "z/sum"), -7, Precondition.NONE, 0));
    for (var key :
        List.of(
            key("players", "z/text"),
            key("players", "z/empty"),
            key("players", "z/gone"),
            key("players", "z/never"),
            key("stock", "z/sum"))) {
      assertThat(node.read(key, buffer)).isEmpty();
      var read = ((ReadResult.Read) node.read(key)).reading();
      assertThat(buffer.view().dead()).as("%s", key).isEqualTo(read.state().dead());
      assertThat(buffer.token()).as("%s", key).isEqualTo(read.token());
      assertThat(buffer.pendingLocal()).as("%s", key).isEqualTo(read.pendingLocal());
      switch (read.state()) {
        case State.Register register -> {
          assertThat(buffer.view().value()).isEqualTo(register.version().value());
          assertThat(buffer.view().contentType()).isEqualTo(register.version().contentType());
        }
        case State.Counter counter -> assertThat(buffer.view().sum()).isEqualTo(counter.sum());
        case State.Absent absent -> assertThat(buffer.view().valueLength()).isZero();
      }
    }
  }

  @Test
  void anUnknownNamespaceIsRefused() {
    var refusal = node.read(key("nowhere", "z/k"), buffer);
    assertThat(refusal).get().extracting("code").isEqualTo(ErrorCode.NAMESPACE_UNKNOWN);
  }

  @Test
  void readingMakesNoGarbage() {
    var keys = new QualifiedKey[KEYS];
    for (int i = 0; i < KEYS; i++) {
      keys[i] = key("players", "zone-" + i % 7 + "/" + i);
      write(put(keys[i].key().text(), "value " + i, "text/plain"));
    }
    assertThat(read(keys, WARM_UP_READS)).isPositive();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(read(keys, MEASURED_READS)).isPositive();
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat((double) bytes / MEASURED_READS).isLessThan(BYTES_PER_READ_MAX);
  }

  private long read(QualifiedKey[] keys, int reads) {
    long sum = 0;
    for (int i = 0; i < reads; i++) {
      if (node.read(keys[i % KEYS], buffer).isEmpty()) {
        sum += buffer.view().valueByte(0) + buffer.asOfRevision() + buffer.stalenessMs() % 2;
      }
    }
    return sum;
  }

  private void write(Operation operation) {
    node.write(WriteRequest.of(operation));
  }

  private static Operation put(String key, String value, String contentType) {
    return new Operation.Put(
        key("players", key), ByteString.copyFromUtf8(value), contentType, Precondition.NONE, 0);
  }

  private static QualifiedKey key(String namespace, String key) {
    return new QualifiedKey(namespace, Key.of(key));
  }
}
