package dev.tideline.drills.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * What a file held when it was last forced: its length, and those of its pages that are not all
 * zero. For one thread at a time.
 */
final class DurableFile {
  static final int PAGE_BYTES = 4096;

  /** Large enough to skip what was never written quickly. */
  private static final int BLOCK_BYTES = 256 * PAGE_BYTES;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(BLOCK_BYTES).asReadOnlyBuffer();

  private final Map<Long, byte[]> pages = new HashMap<>();
  private long length;

  /** Sees a page of a file as it is, and as it was; null is all zero. */
  interface Pages {
    void page(long number, byte[] written, byte[] durable) throws IOException;
  }

  /** Takes over what the file holds. */
  synchronized void record(Path path) throws IOException {
    length = walk(path, (number, written, durable) -> pages.put(number, written.clone()));
  }

  /** Takes over the pages of the file in which bytes of a part of it lie. */
  synchronized void record(Path path, long from, long to) throws IOException {
    try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
      for (long number = from / PAGE_BYTES; number * PAGE_BYTES < to; number++) {
        var page = ByteBuffer.allocate(PAGE_BYTES);
        fill(file, page, number * PAGE_BYTES);
        pages.put(number, page.array());
      }
    }
  }

  synchronized long length() {
    return length;
  }

  /** Shows every page of a file that is not as it was when it was forced; its length. */
  synchronized long changed(Path path, Pages visitor) throws IOException {
    return walk(path, visitor);
  }

  /** Shows every page as it was when it was forced, but those all zero. */
  synchronized void all(Pages visitor) throws IOException {
    for (var page : pages.entrySet()) {
      visitor.page(page.getKey(), page.getValue(), page.getValue());
    }
  }

  private long walk(Path path, Pages visitor) throws IOException {
    var block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
      long at = 0;
      while (fill(file, block, at)) {
        walk(block, at / PAGE_BYTES, visitor);
        at += BLOCK_BYTES;
      }
      return file.size();
    }
  }

  /** Reads a block, filling what the file lacks with zeros; false at its end. */
  private static boolean fill(FileChannel file, ByteBuffer block, long at) throws IOException {
    block.clear();
    int read = 0;
    while (block.hasRemaining() && read >= 0) {
      read = file.read(block, at + block.position());
    }
    boolean any = block.position() > 0;
    while (block.hasRemaining()) {
      block.put((byte) 0);
    }
    block.flip();
    return any;
  }

  private void walk(ByteBuffer block, long firstPage, Pages visitor) throws IOException {
    if (block.mismatch(ZEROS.duplicate()) < 0 && isZero(firstPage)) {
      return;
    }
    var written = new byte[PAGE_BYTES];
    var zero = new byte[PAGE_BYTES];
    for (int i = 0; i < BLOCK_BYTES / PAGE_BYTES; i++) {
      var durable = pages.getOrDefault(firstPage + i, zero);
      var page = block.slice(i * PAGE_BYTES, PAGE_BYTES);
      if (page.mismatch(ByteBuffer.wrap(durable)) >= 0) {
        page.get(written);
        visitor.page(firstPage + i, written, durable);
      }
    }
  }

  private boolean isZero(long firstPage) {
    for (int i = 0; i < BLOCK_BYTES / PAGE_BYTES; i++) {
      if (pages.containsKey(firstPage + i)) {
        return false;
      }
    }
    return true;
  }
}
