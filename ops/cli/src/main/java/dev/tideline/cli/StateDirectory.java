package dev.tideline.cli;

import java.nio.file.Path;

/** Where things are kept between commands: {@code ~/.local/state/tideline}. */
public final class StateDirectory {

  private StateDirectory() {}

  /** A path beneath it. */
  public static Path resolve(String name) {
    return Path.of(System.getProperty("user.home"), ".local", "state", "tideline", name);
  }
}
