package dev.tideline.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The JVM flags that every Tideline process needs, as the build wrote them down. */
public final class BuildFlags {

  private BuildFlags() {}

  /** All of them, one each. */
  public static List<String> all() {
    try (var in = BuildFlags.class.getResourceAsStream("jvm.flags")) {
      if (in == null) {
        throw new IllegalStateException("the file jvm.flags is missing beside the rig's classes");
      }
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().flatMap(line -> List.of(line.strip().split(" +")).stream()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
