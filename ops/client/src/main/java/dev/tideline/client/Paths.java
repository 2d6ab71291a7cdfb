package dev.tideline.client;

import java.nio.charset.StandardCharsets;

/**
 * Keys in paths. Everything but unreserved characters and {@code /} is percent-encoded, so that a
 * key arrives byte for byte: {@code :} must never look like an action, {@code ?} and {@code #}
 * never end the path, and {@code %} is not decoded twice.
 */
final class Paths {
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private Paths() {}

  /** The path of a key. */
  static String of(String namespace, String key) {
    return "/v1/" + encode(namespace).replace("/", "%2F") + "/" + encode(key);
  }

  static String encode(String text) {
    var encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (PLAIN.indexOf(b) >= 0) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HEX[(b >> 4) & 0xF]).append(HEX[b & 0xF]);
      }
    }
    return encoded.toString();
  }
}
