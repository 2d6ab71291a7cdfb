package dev.tideline.drills.load;

/** A file of scans cannot be used; the message is one line that names the file and the line. */
public final class ScanFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ScanFileException(String message) {
    super(message);
  }

  ScanFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
