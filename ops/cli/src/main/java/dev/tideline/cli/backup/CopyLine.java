package dev.tideline.cli.backup;

import dev.tideline.hub.backup.BackupManifest;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Model.CommandSpec;

/** What a copy is, on one line. */
final class CopyLine {

  private CopyLine() {}

  static void print(
      CommandSpec spec, boolean json, String what, Path where, BackupManifest manifest) {
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(manifest.toJson().put("directory", where.toString()).put("state", what));
    } else {
      out.printf(
          "%s: %s: as of %s, %d bytes, %d records up to position %d%n",
          where,
          what,
          Instant.ofEpochMilli(manifest.takenMs()),
          manifest.bytes(),
          manifest.records(),
          manifest.last());
    }
  }
}
