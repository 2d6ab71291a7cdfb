package dev.tideline.codec;

import dev.tideline.model.Key;
import dev.tideline.model.QualifiedKey;
import dev.tideline.store.Slice;
import java.nio.charset.StandardCharsets;

/**
 * How a table is keyed.
 *
 * <pre>
 *  +--------------------+---+-----------+
 *  | namespace (ASCII)  | 0 | key UTF-8 |
 *  +--------------------+---+-----------+
 * </pre>
 */
public final class TableKeys {

  private TableKeys() {}

  /** Replaces what {@code to} holds with the table key. */
  public static void write(QualifiedKey key, Slice to) {
    var namespace = key.namespace();
    int length = namespace.length();
    to.resize(length + 1 + key.key().length());
    var bytes = to.array();
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) namespace.charAt(i);
    }
    bytes[length] = 0;
    key.key().copyTo(bytes, length + 1);
  }

  /** Reads a table key back. */
  public static QualifiedKey read(Slice from) {
    var bytes = from.array();
    int zero = 0;
    while (bytes[zero] != 0) {
      zero++;
    }
    var namespace = new String(bytes, 0, zero, StandardCharsets.US_ASCII);
    var key = new String(bytes, zero + 1, from.length() - zero - 1, StandardCharsets.UTF_8);
    return new QualifiedKey(namespace, Key.of(key));
  }
}
