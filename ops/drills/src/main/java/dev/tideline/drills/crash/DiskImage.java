package dev.tideline.drills.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * A copy of a node's directory as a lost machine leaves it. What was forced is there; of everything
 * else chance decides, page by page and name by name.
 */
final class DiskImage {
  private static final int SECTOR_BYTES = 512;

  /** Of the pages that are lost one in so many is lost in part. */
  private static final int TORN_EACH = 8;

  /** How much of what was not forced is lost: little, half, most, all. */
  private static final double[] SHARES = {0.1, 0.5, 0.9, 1.0};

  private static final byte[] ZERO = new byte[DurableFile.PAGE_BYTES];

  private final RecordingDisk disk;
  private final Random random;
  private final double share;
  private final Map<Damage, Integer> done = new EnumMap<>(Damage.class);

  private DiskImage(RecordingDisk disk, Random random) {
    this.disk = disk;
    this.random = random;
    this.share = SHARES[random.nextInt(SHARES.length)];
  }

  /** Makes one, while the disk is frozen; how much of each damage was done. */
  static Map<Damage, Integer> ofLostMachine(
      RecordingDisk disk, Path live, Path image, Random random) throws IOException {
    var making = new DiskImage(disk, random);
    making.directory(live, image);
    return making.done;
  }

  /**
   * Makes one that holds everything, as a killed process leaves it. The node must be at rest; if it
   * writes a checkpoint just then, the copy is taken once more.
   */
  static void ofKilledProcess(Path live, Path image) throws IOException {
    while (true) {
      try {
        var before = files(live);
        copy(live, image);
        if (files(live).equals(before)) {
          return;
        }
      } catch (NoSuchFileException | UncheckedIOException e) {
        // What was copied so far belongs to another moment than the rest.
      }
      Directories.remove(image);
    }
  }

  private static void copy(Path live, Path image) throws IOException {
    try (var files = Files.walk(live)) {
      for (var from : files.toList()) {
        var to = image.resolve(live.relativize(from).toString());
        if (Files.isDirectory(from)) {
          Files.createDirectories(to);
        } else {
          Files.copy(from, to);
        }
      }
    }
  }

  /** Every file with its length. */
  private static Map<Path, Long> files(Path directory) throws IOException {
    var found = new HashMap<Path, Long>();
    try (var files = Files.walk(directory)) {
      for (var file : files.toList()) {
        found.put(file, file.toFile().length());
      }
    }
    return found;
  }

  private void directory(Path live, Path image) throws IOException {
    Files.createDirectories(image);
    var durable = disk.durableNames(live);
    var names = RecordingDisk.namesIn(live);
    for (var entry : names.entrySet()) {
      var name = entry.getKey();
      if (!entry.getValue().equals(durable.get(name)) && isLost()) {
        did(Damage.NAME_MISSING);
      } else if (Files.isDirectory(live.resolve(name))) {
        directory(live.resolve(name), image.resolve(name));
      } else {
        file(live.resolve(name), image.resolve(name), entry.getValue());
      }
    }
    for (var entry : durable.entrySet()) {
      if (!names.containsKey(entry.getKey()) && isLost()) {
        bringBack(entry.getValue(), image.resolve(entry.getKey()));
      }
    }
  }

  /** What came back: a file as it was forced, or what is left of a directory. */
  private void bringBack(Object key, Path image) throws IOException {
    did(Damage.NAME_BACK);
    var durable = disk.durable(key);
    if (durable.isEmpty()) {
      Files.createDirectory(image);
      return;
    }
    try (var file = create(image)) {
      durable.get().all((number, written, forced) -> write(file, number, forced));
      setLength(file, durable.get().length());
    }
  }

  private void file(Path live, Path image, Object key) throws IOException {
    var durable = disk.durable(key).orElseGet(DurableFile::new);
    try (var file = create(image)) {
      durable.all((number, written, forced) -> write(file, number, forced));
      long length =
          durable.changed(live, (number, written, forced) -> page(file, number, written, forced));
      if (length > durable.length() && isLost()) {
        did(Damage.LENGTH_SHORT);
        length = durable.length();
      }
      setLength(file, length);
    }
  }

  private void page(FileChannel file, long number, byte[] written, byte[] durable)
      throws IOException {
    if (!isLost()) {
      write(file, number, written);
    } else if (random.nextInt(TORN_EACH) == 0) {
      did(Damage.SECTORS_TORN);
      write(file, number, torn(written, durable));
    } else {
      did(Arrays.equals(durable, ZERO) ? Damage.PAGE_ZERO : Damage.PAGE_OLDER);
    }
  }

  private byte[] torn(byte[] written, byte[] durable) {
    var torn = written.clone();
    for (int at = 0; at < torn.length; at += SECTOR_BYTES) {
      if (random.nextBoolean()) {
        System.arraycopy(durable, at, torn, at, SECTOR_BYTES);
      }
    }
    return torn;
  }

  private boolean isLost() {
    return random.nextDouble() < share;
  }

  private void did(Damage damage) {
    done.merge(damage, 1, Integer::sum);
  }

  private static FileChannel create(Path image) throws IOException {
    return FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static void write(FileChannel file, long number, byte[] page) throws IOException {
    var bytes = ByteBuffer.wrap(page);
    while (bytes.hasRemaining()) {
      file.write(bytes, number * DurableFile.PAGE_BYTES + bytes.position());
    }
  }

  /** Cuts what lies behind, or leaves a hole of zeros up to there. */
  private static void setLength(FileChannel file, long length) throws IOException {
    if (file.size() > length) {
      file.truncate(length);
    } else if (file.size() < length) {
      file.write(ByteBuffer.allocate(1), length - 1);
    }
  }
}
