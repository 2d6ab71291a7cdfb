package dev.tideline.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** Copies of a log's directory as a crash would leave it, and damage done to them. */
final class LogImage {

  private static final int PAGE_BYTES = 4096;

  private LogImage() {}

  /** What a killed process leaves: everything it wrote. */
  static void ofKilledProcess(Path log, Path image) throws IOException {
    copy(log, image, (file, bytes) -> bytes);
  }

  /** What a lost machine leaves: of the pages written since the last force, a random half. */
  static void ofLostMachine(Path log, Path image, FakeMachine machine, Random random)
      throws IOException {
    copy(log, image, (file, bytes) -> losePages(bytes, machine.forced(file), random));
  }

  /** Loses the newest generation altogether if it was never forced since it got its header. */
  static boolean loseNewestIfUnsynced(Path image, long durable) throws IOException {
    var newest = GenerationDirectory.list(image).getLast();
    var header = GenerationScan.header(newest);
    if (header == null || header.first() <= durable || header.previous() == 0) {
      return false;
    }
    newest.remove(LogEnvironment.MACHINE);
    return true;
  }

  /** Destroys the record at {@code position}, or the header if it is the first of 0 records. */
  static int destroy(GenerationDirectory generation, Frame.Kind kind, long position)
      throws IOException {
    var bytes = Files.readAllBytes(generation.dataFile());
    int at = find(bytes, generation.number(), kind, position);
    Arrays.fill(bytes, at, at + Frame.HEADER_BYTES, (byte) 0x5A);
    Files.write(generation.dataFile(), bytes);
    return at;
  }

  private static int find(byte[] file, long number, Frame.Kind kind, long position) {
    var buffer = ByteBuffer.wrap(file);
    for (int at = 0; at < file.length; at += 4) {
      var frame = Frame.read(buffer, at, number);
      if (frame != null && frame.kind() == kind && frame.position() == position) {
        return at;
      }
    }
    throw new AssertionError("no " + kind + " at position " + position);
  }

  private static byte[] losePages(byte[] written, byte[] durable, Random random) {
    var image = written.clone();
    for (int at = 0; at < image.length; at += PAGE_BYTES) {
      int end = Math.min(at + PAGE_BYTES, image.length);
      var before =
          Arrays.copyOf(
              Arrays.copyOfRange(
                  durable, Math.min(at, durable.length), Math.min(end, durable.length)),
              end - at);
      boolean changed = !Arrays.equals(image, at, end, before, 0, before.length);
      if (changed && random.nextBoolean()) {
        System.arraycopy(before, 0, image, at, before.length);
      }
    }
    return image;
  }

  private interface Fate {
    byte[] of(Path file, byte[] written) throws IOException;
  }

  private static void copy(Path log, Path image, Fate fate) throws IOException {
    Files.createDirectories(image);
    for (var generation : GenerationDirectory.list(log)) {
      var copy = new GenerationDirectory(image, generation.number());
      Files.createDirectories(copy.path());
      try (var files = Files.list(generation.path())) {
        for (var file : files.toList()) {
          var target = copy.path().resolve(file.getFileName());
          Files.write(target, fate.of(file, Files.readAllBytes(file)));
        }
      }
    }
  }
}
