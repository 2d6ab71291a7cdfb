package dev.tideline.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PagesAheadTest {

  private static final int KIB = 1024;
  private static final int SIZE = 8 * KIB * KIB;
  private static final byte[] WRITTEN = "written before".getBytes(UTF_8);

  @TempDir private Path directory;
  private final Arena arena = Arena.ofShared();
  private Path path = Path.of("");
  private long mapping;

  @BeforeEach
  void aFileThatIsAllocated() throws IOException {
    path = directory.resolve("file");
    try (var file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(1), SIZE - 1);
      file.write(ByteBuffer.wrap(WRITTEN), 0);
      mapping = file.map(MapMode.READ_WRITE, 0, SIZE, arena).address();
    }
  }

  @AfterEach
  void unmap() {
    arena.close();
  }

  @Test
  void smallPiecesAreMadeWhereSyncsCoverLittle() throws IOException {
    try (var ahead = PagesAhead.open(path, SIZE, mapping, WRITTEN.length)) {
      ahead.makeTo(17 * KIB, 300);
      assertThat(endOfWritten(16 * KIB)).isEqualTo(32 * KIB);
      ahead.makeTo(32 * KIB, 300);
      assertThat(endOfWritten(16 * KIB)).isEqualTo(32 * KIB);
      ahead.makeTo(32 * KIB + 1, 300);
      assertThat(endOfWritten(16 * KIB)).isEqualTo(48 * KIB);
    }
  }

  @Test
  void largerOnesAreMadeUnderLoadEachAtAMultipleOfItsSize() throws IOException {
    try (var ahead = PagesAhead.open(path, SIZE, mapping, WRITTEN.length)) {
      ahead.makeTo(16 * KIB + 1, SIZE);
      assertThat(endOfWritten(16 * KIB)).isEqualTo(32 * KIB);
      ahead.makeTo(2_048 * KIB, SIZE);
      assertThat(endOfWritten(16 * KIB)).isEqualTo(2_048 * KIB);
      ahead.makeTo(2_048 * KIB + 1, SIZE);
      assertThat(endOfWritten(16 * KIB)).isEqualTo(4_096 * KIB);
    }
  }

  @Test
  void aThreadThatIsInterruptedMakesThemToo() throws IOException {
    try (var ahead = PagesAhead.open(path, SIZE, mapping, WRITTEN.length)) {
      Thread.currentThread().interrupt();
      ahead.makeTo(64 * KIB, 300);
      assertThat(Thread.interrupted()).isTrue();
      ahead.makeTo(80 * KIB, 300);
      assertThat(endOfWritten(16 * KIB)).isEqualTo(80 * KIB);
    }
  }

  @Test
  void whatWasWrittenStaysAndTheRestReadsAsZeroToTheEnd() throws IOException {
    try (var ahead = PagesAhead.open(path, SIZE, mapping, WRITTEN.length)) {
      ahead.makeTo(Long.MAX_VALUE, 100 * KIB);
    }
    var expected = new byte[SIZE];
    System.arraycopy(WRITTEN, 0, expected, 0, WRITTEN.length);
    assertThat(Files.readAllBytes(path)).isEqualTo(expected);
  }

  /** Where the first hole behind an offset begins. */
  private long endOfWritten(long from) throws IOException {
    try (var space = new UnwrittenSpace(path, SIZE)) {
      long at = from;
      while (at < SIZE && space.nextWritten(at) == at) {
        at += 4 * KIB;
      }
      return at;
    }
  }
}
