package dev.tideline.cli.importing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file as it was when it was first looked at.
 *
 * @param hash of its content, 16 hexadecimal digits of SHA-256
 * @param lines how many it has
 */
record ImportFile(Path path, String hash, long lines) {
  private static final int HASH_BYTES = 8;

  static ImportFile of(Path path) throws IOException {
    var digest = sha256();
    long lines = 0;
    int last = '\n';
    var buffer = new byte[1 << 16];
    try (var in = new BufferedInputStream(Files.newInputStream(path))) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        for (int i = 0; i < read; i++) {
          if (buffer[i] == '\n') {
            lines++;
          }
        }
        last = read > 0 ? buffer[read - 1] : last;
      }
    }
    var hash = HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
    return new ImportFile(path, hash, last == '\n' ? lines : lines + 1);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
