package dev.tideline.drills.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Some dozen images; {@code drill crash-images} opens 500. */
final class CrashImagesIT {
  private static final long SEED = 1;
  private static final int IMAGES = 48;

  @Test
  @Timeout(600)
  void whatWasAcknowledgedIsOnDisksAsLostMachinesLeaveThem()
      throws IOException, InterruptedException {
    var out = new StringWriter();
    var options = new CrashOptions(SEED, IMAGES, Optional.empty());
    boolean passed = CrashDrill.run(options, new PrintWriter(out));
    assertThat(passed).as(out.toString()).isTrue();
  }
}
