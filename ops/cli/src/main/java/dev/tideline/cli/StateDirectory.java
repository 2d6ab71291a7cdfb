package dev.tideline.cli;

import java.nio.file.Path;

/** Where things are kept between commands: {@code ~/.local/state/tideline}. */
final class StateDirectory {

  private StateDirectory() {}

  /** A path beneath it. */
  static Path resolve(String name) {
    return Path.of(System.getProperty("user.home"), ".local", "state", "tideline", name);
  }
}
