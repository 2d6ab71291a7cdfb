package dev.tideline.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules of the house, over the classes of every module. */
final class ArchitectureTest {

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("jmh_generated"))
          .importPackages("dev.tideline");

  private static final String[] PROTO = {
    "dev.tideline.model..",
    "dev.tideline.merge..",
    "dev.tideline.codec..",
    "dev.tideline.store..",
    "dev.tideline.runtime..",
    "dev.tideline.wire.v1.."
  };

  /**
   * The stations in the order in which they may use each other: only those further on in the list.
   */
  private static final List<String> EDGE_STATIONS =
      List.of("api", "watch", "uplink", "replica", "cache", "journal");

  private static final List<String> HUB_STATIONS =
      List.of("admin", "backup", "ingest", "heal", "snapshot", "reconcile", "fanout", "changelog");

  @Test
  void everyModuleIsLookedAt() {
    for (var each : List.of("edge.EdgeNode", "hub.CoreHub", "store.RecordLog", "rig.Rig")) {
      assertThat(ALL.contain("dev.tideline." + each)).as(each).isTrue();
    }
  }

  @Test
  void onlyTheStoreAndTheTwoWiringClassesNameChronicle() {
    noClasses()
        .that(resideOutsideOfPackages("dev.tideline.store.."))
        .and()
        .doNotHaveFullyQualifiedName("dev.tideline.edge.EdgeNode")
        .and()
        .doNotHaveFullyQualifiedName("dev.tideline.hub.CoreHub")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("net.openhft..")
        .check(ALL);
  }

  @Test
  void protoUsesNoOtherModule() {
    noClasses()
        .that()
        .resideInAnyPackage(PROTO)
        .should()
        .dependOnClassesThat(resideInAPackage("dev.tideline..").and(resideOutsideOfPackages(PROTO)))
        .check(ALL);
  }

  @Test
  void edgeAndHubDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("dev.tideline.edge..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tideline.hub..")
        .check(ALL);
    noClasses()
        .that()
        .resideInAPackage("dev.tideline.hub..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tideline.edge..")
        .check(ALL);
  }

  @Test
  void nodesDoNotKnowTheirTools() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.tideline.edge..", "dev.tideline.hub..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tideline.client..",
            "dev.tideline.rig..",
            "dev.tideline.drills..",
            "dev.tideline.cli..")
        .check(ALL);
  }

  @Test
  void modelAndMergeUseNoLibraryButByteString() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.tideline.model..", "dev.tideline.merge..")
        .should()
        .dependOnClassesThat(
            resideOutsideOfPackages(
                    "java..", "org.jspecify..", "dev.tideline.model..", "dev.tideline.merge..")
                .and(isNot("com.google.protobuf.ByteString")))
        .check(ALL);
  }

  @Test
  void coresHaveNoThreadClockFileSocketOrRandomness() {
    noClasses()
        .that()
        .haveSimpleNameEndingWith("Core")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.grpc..", "net.openhft..", "java.nio.file..", "java.net..")
                .or(named(Thread.class.getName(), "java.util.Random", "java.time.Clock"))
                .or(named("java.util.concurrent.ThreadLocalRandom", "java.security.SecureRandom"))
                .or(named("dev.tideline.store.RecordLog"))
                .as("threads, clocks, files, sockets, randomness or logs"))
        .check(ALL);
    noClasses()
        .that()
        .haveSimpleNameEndingWith("Core")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .check(ALL);
  }

  @Test
  void allCoresAreThere() {
    var cores =
        ALL.stream()
            .map(JavaClass::getSimpleName)
            .filter(name -> name.endsWith("Core"))
            .collect(Collectors.toSet());
    assertThat(cores)
        .contains(
            "ReplicaCore", "UplinkCore", "IngestCore", "HealCore", "PartitionCore", "FanoutCore");
  }

  @Test
  void everyPackageIsNullMarkedAndHasItsMap() {
    var packages = new TreeSet<String>();
    for (var each : ALL) {
      if (!each.getPackageName().equals("dev.tideline.wire.v1")) {
        packages.add(each.getPackageName());
      }
    }
    var marked =
        ALL.stream()
            .filter(each -> each.getSimpleName().equals("package-info"))
            .filter(each -> each.isAnnotatedWith(NullMarked.class))
            .map(JavaClass::getPackageName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(marked).isEqualTo(packages);
  }

  @Test
  void dataMovesOneWayThroughTheEdge() {
    checkStations("dev.tideline.edge.", EDGE_STATIONS);
  }

  @Test
  void dataMovesOneWayThroughTheHub() {
    checkStations("dev.tideline.hub.", HUB_STATIONS);
  }

  @Test
  void classesAreFinalUnlessTheyAreOpenByDesign() {
    classes()
        .that()
        .resideOutsideOfPackage("dev.tideline.wire.v1..")
        .and()
        .areNotInterfaces()
        .and()
        .areNotEnums()
        .and()
        .areTopLevelClasses()
        .and(describe("are concrete", each -> !each.getModifiers().contains(JavaModifier.ABSTRACT)))
        .and(describe("are no package-info", each -> !each.getSimpleName().contains("-")))
        .and(describe("are not extended by generated code", each -> !isBenchmark(each)))
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(ALL);
  }

  private static boolean isBenchmark(JavaClass each) {
    return each.isAnnotatedWith("org.openjdk.jmh.annotations.State");
  }

  private static void checkStations(String node, List<String> stations) {
    for (int i = 0; i < stations.size(); i++) {
      for (int earlier = 0; earlier < i; earlier++) {
        noClasses()
            .that()
            .resideInAPackage(node + stations.get(i) + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(node + stations.get(earlier) + "..")
            .allowEmptyShould(true)
            .check(ALL);
      }
    }
  }

  private static DescribedPredicate<JavaClass> named(String... names) {
    var set = Set.of(names);
    return describe("named " + set, each -> set.contains(each.getFullName()));
  }

  private static DescribedPredicate<JavaClass> isNot(String name) {
    return describe("not " + name, each -> !each.getFullName().equals(name));
  }
}
