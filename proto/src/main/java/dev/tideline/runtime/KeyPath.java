package dev.tideline.runtime;

import dev.tideline.model.InvalidInputException;
import io.helidon.http.HttpPrologue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A namespace and a key out of the raw path of a request, {@code /v1/{namespace}/{key}}: decoded
 * once, strictly, and never normalised, so that {@code %2F} equals {@code /} and {@code ..}, {@code
 * //} and {@code ;} are ordinary.
 *
 * @param action of a POST: the text after the last raw {@code :}; {@code %3A} never starts one
 */
public record KeyPath(String namespace, String key, Optional<String> action) {

  /** Before every namespace. */
  public static final String PREFIX = "/v1/";

  /**
   * Reads a raw path; empty if nothing in it stands where a key does. An empty key is left to be
   * refused as a key.
   *
   * @param withAction whether an action may follow the key
   * @throws InvalidInputException if it is not percent-encoded UTF-8
   */
  public static Optional<KeyPath> parse(String rawPath, boolean withAction) {
    if (!rawPath.startsWith(PREFIX)) {
      return Optional.empty();
    }
    int slash = rawPath.indexOf('/', PREFIX.length());
    if (slash < 0) {
      return Optional.empty();
    }
    var namespace = decode(rawPath.substring(PREFIX.length(), slash));
    int colon = withAction ? rawPath.lastIndexOf(':') : -1;
    boolean hasAction = colon > slash;
    var key = decode(rawPath.substring(slash + 1, hasAction ? colon : rawPath.length()));
    Optional<String> action =
        hasAction ? Optional.of(decode(rawPath.substring(colon + 1))) : Optional.empty();
    return Optional.of(new KeyPath(namespace, key, action));
  }

  /**
   * The raw path of a request.
   *
   * @throws InvalidInputException if the request has a fragment, which would pass for a shorter key
   */
  public static String raw(HttpPrologue request) {
    if (request.fragment().hasValue()) {
      throw new InvalidInputException("the path has a raw '#': percent-encode it");
    }
    return request.uriPath().rawPath();
  }

  /**
   * Decodes percent-encoded UTF-8 once.
   *
   * @throws InvalidInputException if it is not that
   */
  public static String decode(String raw) {
    var bytes = ByteBuffer.allocate(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char each = raw.charAt(i);
      if (each == '%') {
        bytes.put((byte) (hex(raw, i + 1) << 4 | hex(raw, i + 2)));
        i += 2;
      } else if (each > ' ' && each <= '~') {
        bytes.put((byte) each);
      } else {
        throw new InvalidInputException(
            "the path has the raw character U+%04X: percent-encode it".formatted((int) each));
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("'%s' is not percent-encoded UTF-8".formatted(raw));
    }
  }

  private static int hex(String raw, int at) {
    int digit = at < raw.length() ? Character.digit(raw.charAt(at), 16) : -1;
    if (digit < 0) {
      throw new InvalidInputException(
          "'%s' has a %% without two hexadecimal digits behind it".formatted(raw));
    }
    return digit;
  }
}
