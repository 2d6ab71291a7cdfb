package dev.tideline.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.SizeLimits;
import dev.tideline.runtime.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogFileTest {

  private static List<String> problems(String yaml) {
    try {
      CatalogFile.parse("catalog c.yaml", yaml);
    } catch (ConfigException e) {
      return e.problems();
    }
    return List.of();
  }

  @Test
  void theDefaultHasTheNamespacesOfTheExample() {
    assertThat(CatalogFile.readDefault())
        .extracting(NamespaceContract::name)
        .containsExactly("players", "positions", "inventory", "shipments");
  }

  @Test
  void everyFieldButTheTypeHasADefault() {
    assertThat(CatalogFile.parse("c", "namespaces: {x: {type: counter}}"))
        .containsExactly(
            new NamespaceContract(
                "x", DataType.COUNTER, Durability.DISK, SizeLimits.VALUE_BYTES_DEFAULT, 0));
  }

  @Test
  void allProblemsAreReportedWithNamespaceAndField() {
    var problems =
        problems(
            """
            namespaces:
              players: {type: record}
              node: {type: register}
              UPPER: {type: register}
              big: {type: register, max-value-bytes: 1048577}
              text: {type: register, max-value-bytes: many}
              bare: {durability: disk}
              odd: {type: counter, durability: sometimes, colour: red}
              empty:
            """);
    assertThat(problems)
        .containsExactly(
            "catalog c.yaml: namespace 'players': type 'record' is not known here: known are"
                + " register, counter",
            "catalog c.yaml: namespace 'node' is a reserved name",
            "catalog c.yaml: namespace 'UPPER' is not allowed: it must match"
                + " [a-z][a-z0-9-]{0,62}",
            "catalog c.yaml: namespace 'big': max-value-bytes 1048577 is not between 1 and 1048576",
            "catalog c.yaml: namespace 'text': max-value-bytes 'many' is not a number",
            "catalog c.yaml: namespace 'bare': type is missing: known are register, counter",
            "catalog c.yaml: namespace 'odd': field 'colour' is not known: known fields are"
                + " durability, max-value-bytes, type",
            "catalog c.yaml: namespace 'odd': durability 'sometimes' is not known here: known are"
                + " memory, disk, hub",
            "catalog c.yaml: namespace 'empty': declare it as {type: …}");
  }

  @Test
  void whatIsNoCatalogIsOneLine() {
    assertThat(problems("- a\n- b")).hasSize(1);
    assertThat(problems("namespaces: {a: {type: register}, a: {type: counter}}")).hasSize(1);
    assertThat(problems("namespaces: [unclosed"))
        .singleElement()
        .satisfies(line -> assertThat(line).doesNotContain("\n").contains("is not YAML"));
    assertThatThrownBy(() -> CatalogFile.read(Path.of("/nowhere/c.yaml")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no such file");
  }

  @Test
  void aCatalogMayOnlyGainNamespaces() {
    var first =
        CatalogEvolution.next(
            Catalog.NONE, CatalogFile.parse("c", "namespaces: {x: {type: counter}}"));
    assertThat(first.version()).isEqualTo(1);
    var more = CatalogFile.parse("c", "namespaces: {x: {type: counter}, y: {type: register}}");
    var second = CatalogEvolution.next(first, more);
    assertThat(second.version()).isEqualTo(2);
    assertThat(second.find("x").orElseThrow().version()).isEqualTo(1);
    assertThat(second.find("y").orElseThrow().version()).isEqualTo(2);
    assertThat(CatalogEvolution.next(second, more)).isSameAs(second);

    var edited = CatalogFile.parse("c", "namespaces: {x: {type: register, durability: hub}}");
    assertThatThrownBy(() -> CatalogEvolution.next(second, edited))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .hasSize(3)
                    .anySatisfy(p -> assertThat(p).contains("'x': type is 'counter'"))
                    .anySatisfy(p -> assertThat(p).contains("'x': durability is 'disk'"))
                    .anySatisfy(p -> assertThat(p).contains("'y' is in force and missing")));
  }

  @Test
  void settingsReportAllProblemsAtOnce() {
    assertThatThrownBy(
            () ->
                HubConfig.read(
                    Map.of("grpc.port", "x", "partitions", "7", "nonsense", "1"), Map.of()))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.problems()).hasSize(3));
    var config = HubConfig.read(Map.of(), Map.of("TIDELINE_GRPC_PORT", "0"));
    assertThat(config.grpcPort()).isZero();
    assertThat(config.adminPort()).isEqualTo(7480);
  }
}
