package dev.tideline.hub.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.zip.CRC32C;

/** What lies in a backup, or is sent by what is taken for a hub, is read or refused as damaged. */
class BackupFuzzTest {

  /** With the right checksum, and without one. */
  @FuzzTest(maxDuration = "5m")
  void aManifestIsReadOrRefused(FuzzedDataProvider data) {
    boolean sealed = data.consumeBoolean();
    var line = data.consumeRemainingAsString().replace("\n", "") + "\n";
    var crc = new CRC32C();
    crc.update(line.getBytes(StandardCharsets.UTF_8));
    var text = sealed ? line + "crc32c %08x\n".formatted((int) crc.getValue()) : line;
    try {
      var manifest = BackupManifest.decode(text.getBytes(StandardCharsets.UTF_8));
      assertThat(BackupManifest.decode(manifest.encode())).isEqualTo(manifest);
    } catch (BackupException e) {
      assertThat(e).hasMessageContaining("backup");
    }
  }

  @FuzzTest(maxDuration = "5m")
  void aCopyOfALogIsReadOrRefused(FuzzedDataProvider data) throws IOException {
    var records = new long[1];
    try {
      long last =
          LogCopy.read(
              new ByteArrayInputStream(data.consumeRemainingAsBytes()),
              5,
              (position, record) -> records[0]++);
      assertThat(last).isEqualTo(4 + records[0]);
    } catch (BackupException e) {
      assertThat(e).hasMessageContaining("damaged");
    }
  }

  @FuzzTest(maxDuration = "5m")
  void aStreamIsTakenApartOrRefused(FuzzedDataProvider data) throws IOException {
    var names = new HashSet<String>();
    try {
      PartStream.read(
          new ByteArrayInputStream(data.consumeRemainingAsBytes()),
          name -> {
            names.add(name);
            return new ByteArrayOutputStream();
          });
      assertThat(names).contains(BackupManifest.FILE_NAME);
    } catch (BackupException e) {
      assertThat(e).hasMessageContaining("hub");
    }
  }
}
