package dev.tideline.model;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a namespace promises and demands.
 *
 * @param valueBytesMax largest value, 1 to {@value #VALUE_BYTES_MAX}
 * @param version of the catalog that declared it
 */
public record NamespaceContract(
    String name, DataType type, Durability durability, int valueBytesMax, long version) {

  /** What a contract may allow. */
  public static final int VALUE_BYTES_MAX = SizeLimits.VALUE_BYTES_MAX;

  /** First segments of the HTTP interface, which no namespace may take. */
  public static final Set<String> RESERVED_NAMES =
      Set.of("receipts", "node", "watch", "conflicts", "contracts", "batch", "edges", "partitions");

  private static final Pattern ALLOWED = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  public NamespaceContract {
    if (!isName(name)) {
      throw new InvalidInputException(
          "namespace '%s' is not allowed: it must match %s".formatted(name, ALLOWED));
    }
    if (RESERVED_NAMES.contains(name)) {
      throw new InvalidInputException("namespace '%s' is a reserved name".formatted(name));
    }
    if (valueBytesMax < 1 || valueBytesMax > VALUE_BYTES_MAX) {
      throw new InvalidInputException(
          "namespace '%s': max-value-bytes %d is not between 1 and %d"
              .formatted(name, valueBytesMax, VALUE_BYTES_MAX));
    }
  }

  /** Whether a namespace may have this name, reserved or not. */
  static boolean isName(String name) {
    return ALLOWED.matcher(name).matches();
  }
}
