package dev.tideline.hub;

import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.SizeLimits;
import dev.tideline.runtime.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads namespaces from YAML and reports every problem, each with its namespace and field.
 *
 * <pre>
 * namespaces:
 *   positions: {type: register, durability: memory}
 *   shipments: {type: register, max-value-bytes: 65536}
 * </pre>
 */
final class CatalogFile {

  private static final String DEFAULT = "catalog.yaml";
  private static final TreeSet<String> FIELDS =
      new TreeSet<>(List.of("type", "durability", "max-value-bytes"));

  private final String name;
  private final List<String> problems = new ArrayList<>();

  private CatalogFile(String name) {
    this.name = name;
  }

  /** The distribution's own. */
  static List<NamespaceContract> readDefault() {
    try (InputStream in = CatalogFile.class.getResourceAsStream(DEFAULT)) {
      if (in == null) {
        throw new IllegalStateException("the distribution lacks " + DEFAULT);
      }
      return parse("default catalog", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("the distribution's catalog cannot be read", e);
    }
  }

  /**
   * An operator's.
   *
   * @throws ConfigException naming every problem
   */
  static List<NamespaceContract> read(Path file) {
    try {
      return parse("catalog " + file, Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new ConfigException(List.of("catalog.file = '%s': no such file".formatted(file)));
    } catch (IOException e) {
      throw new ConfigException(
          List.of("catalog.file = '%s' cannot be read: %s".formatted(file, e.getMessage())));
    }
  }

  static List<NamespaceContract> parse(String name, String yaml) {
    var parser = new CatalogFile(name);
    var contracts = parser.contracts(parser.load(yaml));
    if (!parser.problems.isEmpty()) {
      throw new ConfigException(parser.problems);
    }
    return contracts;
  }

  private Object load(String yaml) {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try {
      Object loaded = new Yaml(new SafeConstructor(options)).load(yaml);
      return loaded == null ? Map.of() : loaded;
    } catch (YAMLException e) {
      var text = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\n\\s*", "; ");
      throw new ConfigException(List.of("%s is not YAML: %s".formatted(name, text)));
    }
  }

  private List<NamespaceContract> contracts(Object root) {
    if (!(root instanceof Map<?, ?> top)
        || !(top.get("namespaces") instanceof Map<?, ?> namespaces)
        || top.size() != 1) {
      problem("the top must be 'namespaces:' with one entry per namespace, and nothing else");
      return List.of();
    }
    var contracts = new ArrayList<NamespaceContract>();
    namespaces.forEach(
        (namespace, fields) -> {
          if (fields instanceof Map<?, ?> map) {
            contract(String.valueOf(namespace), map).ifPresent(contracts::add);
          } else {
            problem("namespace '%s': declare it as {type: …}".formatted(namespace));
          }
        });
    return contracts;
  }

  private Optional<NamespaceContract> contract(String namespace, Map<?, ?> fields) {
    int before = problems.size();
    for (var field : fields.keySet()) {
      if (!FIELDS.contains(String.valueOf(field))) {
        problem(
            "namespace '%s': field '%s' is not known: known fields are %s"
                .formatted(namespace, field, String.join(", ", FIELDS)));
      }
    }
    var type = constant(namespace, fields, "type", "", DataType.values(), DataType::text);
    var durability =
        constant(
            namespace,
            fields,
            "durability",
            Durability.DISK.text(),
            Durability.values(),
            Durability::text);
    var bytesMax = fields.get("max-value-bytes");
    if (bytesMax != null && !(bytesMax instanceof Integer)) {
      problem(
          "namespace '%s': max-value-bytes '%s' is not a number".formatted(namespace, bytesMax));
    }
    if (problems.size() > before || type.isEmpty() || durability.isEmpty()) {
      return Optional.empty();
    }
    int valueBytesMax =
        bytesMax instanceof Integer number ? number : SizeLimits.VALUE_BYTES_DEFAULT;
    try {
      return Optional.of(
          new NamespaceContract(namespace, type.get(), durability.get(), valueBytesMax, 0));
    } catch (InvalidInputException e) {
      problem(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private <T> Optional<T> constant(
      String namespace,
      Map<?, ?> fields,
      String field,
      String fallback,
      T[] values,
      Function<T, String> text) {
    Object given = fields.get(field);
    var wanted = given == null ? fallback : String.valueOf(given);
    var found = Arrays.stream(values).filter(value -> text.apply(value).equals(wanted)).findFirst();
    if (found.isEmpty()) {
      var known = Arrays.stream(values).map(text).collect(Collectors.joining(", "));
      problem(
          wanted.isEmpty()
              ? "namespace '%s': %s is missing: known are %s".formatted(namespace, field, known)
              : "namespace '%s': %s '%s' is not known here: known are %s"
                  .formatted(namespace, field, wanted, known));
    }
    return found;
  }

  private void problem(String text) {
    problems.add(name + ": " + text);
  }
}
