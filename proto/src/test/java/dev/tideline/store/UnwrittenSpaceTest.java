package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnwrittenSpaceTest {

  private static final long SIZE = 4 << 20;
  private static final long WRITTEN_AT = (2 << 20) + 123;

  @TempDir private Path directory;

  @Test
  void whatWasWrittenIsNeverPassedOver() throws IOException {
    var path = file();
    try (var unwritten = new UnwrittenSpace(path, SIZE)) {
      for (long from = 0; from <= WRITTEN_AT; from += 4096) {
        assertThat(unwritten.nextWritten(from)).isBetween(from, WRITTEN_AT);
      }
      assertThat(unwritten.nextWritten(WRITTEN_AT)).isEqualTo(WRITTEN_AT);
    }
  }

  /** A file system that does not tell would answer with where it was asked from. */
  @Test
  void theWayToTheEndIsOneStepOrManyButItEnds() throws IOException {
    var path = file();
    try (var unwritten = new UnwrittenSpace(path, SIZE)) {
      long behind = WRITTEN_AT + 4096;
      assertThat(unwritten.nextWritten(behind)).isIn(behind, SIZE);
      assertThat(unwritten.nextWritten(SIZE)).isEqualTo(SIZE);
    }
  }

  private Path file() throws IOException {
    var path = directory.resolve("sparse");
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(SIZE);
      file.seek(WRITTEN_AT);
      file.write(1);
    }
    return path;
  }
}
