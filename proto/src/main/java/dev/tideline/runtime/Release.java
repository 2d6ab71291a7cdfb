package dev.tideline.runtime;

/** Which Tideline this is. */
public final class Release {

  /** As every node and the command line tell it. */
  public static final String VERSION = "0.1.0";

  private Release() {}
}
