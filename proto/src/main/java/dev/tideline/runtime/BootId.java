package dev.tideline.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Identifies this run of the machine's kernel. */
public final class BootId {

  private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

  private BootId() {}

  /** The boot id; empty if it cannot be told, and then the machine counts as lost in between. */
  public static String read() {
    try {
      return Files.readString(FILE).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
