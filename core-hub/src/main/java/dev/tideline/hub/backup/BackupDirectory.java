package dev.tideline.hub.backup;

import dev.tideline.hub.backup.BackupManifest.CopiedFile;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes a directory of what a hub sends. */
public final class BackupDirectory {

  private BackupDirectory() {}

  /**
   * Receives a backup and checks every byte of what is then on disk.
   *
   * @param place does not exist, or is an empty directory; it is a whole backup afterwards, or as
   *     it was
   * @throws BackupException if there is no backup to be had, or no place for it
   */
  public static BackupManifest receive(InputStream stream, Path place) throws IOException {
    return Disk.makeAside(
        place,
        directory -> {
          PartStream.read(stream, name -> open(directory, name));
          return BackupCheck.run(directory);
        });
  }

  /**
   * Whether a backup could be put there.
   *
   * @throws BackupException if not
   */
  public static void requireVacant(Path place) throws IOException {
    Disk.requireVacant(place);
  }

  private static OutputStream open(Path directory, String name) throws IOException {
    if (!CopiedFile.isName(name) && !name.equals(BackupManifest.FILE_NAME)) {
      throw new BackupException("what answers is no hub that can be backed up");
    }
    var file =
        FileChannel.open(
            directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return new Forced(file);
  }

  /** A file that is durable once it is closed. */
  private static final class Forced extends FilterOutputStream {
    private final FileChannel file;

    Forced(FileChannel file) {
      super(Channels.newOutputStream(file));
      this.file = file;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      out.write(from, offset, length);
    }

    @Override
    public void close() throws IOException {
      try (file) {
        if (file.isOpen()) {
          file.force(true);
        }
      }
    }
  }
}
