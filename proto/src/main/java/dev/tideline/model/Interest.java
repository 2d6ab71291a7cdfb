package dev.tideline.model;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * One thing that an edge wants. As text, in settings and requests:
 *
 * <pre>
 *  *                        everything
 *  namespace=players        all keys of a namespace
 *  zone=eu                  all keys of a zone, in every namespace
 *  prefix=inventory/EIRE/   keys of a namespace that begin so
 *  key=players/z1/ann       one key of a namespace
 * </pre>
 */
public sealed interface Interest {

  /** All there is. */
  Interest EVERYTHING = new Everything();

  /** Whether the key is wanted. */
  boolean covers(String namespace, String key);

  /** All there is. */
  record Everything() implements Interest {
    @Override
    public boolean covers(String namespace, String key) {
      return true;
    }

    @Override
    public String toString() {
      return "*";
    }
  }

  /** All keys of a namespace. */
  record Namespace(String name) implements Interest {
    public Namespace {
      checkNamespace(name);
    }

    @Override
    public boolean covers(String namespace, String key) {
      return namespace.equals(name);
    }

    @Override
    public String toString() {
      return "namespace=" + name;
    }
  }

  /** All keys of a zone, in every namespace. */
  record Zone(String name) implements Interest {
    public Zone {
      if (!Key.of(name).zone().equals(name)) {
        throw new InvalidInputException(
            "zone '%s': a zone is what stands before the first '/' of a key".formatted(name));
      }
    }

    @Override
    public boolean covers(String namespace, String key) {
      return key.startsWith(name)
          && (key.length() == name.length() || key.charAt(name.length()) == '/');
    }

    @Override
    public String toString() {
      return "zone=" + name;
    }
  }

  /** Keys of a namespace that begin with a text. */
  record KeyPrefix(String namespace, String prefix) implements Interest {
    public KeyPrefix {
      checkNamespace(namespace);
      var _ = Key.of(prefix);
    }

    @Override
    public boolean covers(String ofNamespace, String key) {
      return ofNamespace.equals(namespace) && key.startsWith(prefix);
    }

    @Override
    public String toString() {
      return "prefix=" + namespace + "/" + prefix;
    }
  }

  /** One key of a namespace. */
  record OneKey(String namespace, String key) implements Interest {
    public OneKey {
      checkNamespace(namespace);
      var _ = Key.of(key);
    }

    @Override
    public boolean covers(String ofNamespace, String ofKey) {
      return ofNamespace.equals(namespace) && ofKey.equals(key);
    }

    @Override
    public String toString() {
      return "key=" + namespace + "/" + key;
    }
  }

  /**
   * Reads the text of an interest, as it stands in a setting: {@code %2C} is a comma, {@code %25} a
   * percent sign.
   *
   * @throws InvalidInputException if it is none
   */
  static Interest decode(String text) {
    try {
      return parse(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "interest '%s': a %% is not followed by two hexadecimal digits".formatted(text));
    }
  }

  /**
   * Reads the text of an interest.
   *
   * @throws InvalidInputException if it is none
   */
  static Interest parse(String text) {
    if (text.equals("*")) {
      return EVERYTHING;
    }
    int equals = text.indexOf('=');
    var kind = equals < 0 ? "" : text.substring(0, equals);
    var value = text.substring(equals + 1);
    return switch (kind) {
      case "namespace" -> new Namespace(value);
      case "zone" -> new Zone(value);
      case "prefix" -> new KeyPrefix(before(value), behind(value));
      case "key" -> new OneKey(before(value), behind(value));
      default ->
          throw new InvalidInputException(
              "interest '%s': it is *, namespace=NAME, zone=ZONE, prefix=NAMESPACE/TEXT or key=NAMESPACE/KEY"
                  .formatted(text));
    };
  }

  /** The namespace of {@code namespace/rest}. */
  static String before(String value) {
    int slash = value.indexOf('/');
    return slash < 0 ? value : value.substring(0, slash);
  }

  /** The rest of {@code namespace/rest}; empty if there is none. */
  static String behind(String value) {
    int slash = value.indexOf('/');
    return slash < 0 ? "" : value.substring(slash + 1);
  }

  private static void checkNamespace(String name) {
    if (!NamespaceContract.isName(name)) {
      throw new InvalidInputException("'%s' is not the name of a namespace".formatted(name));
    }
  }
}
