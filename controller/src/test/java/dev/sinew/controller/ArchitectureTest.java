// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the house to its plan: who may know whom, and what the pure modules may not touch. */
final class ArchitectureTest {
  private static final int LONGEST_FILE = 400;

  private static final String[] CORE = {
    "dev.sinew",
    "dev.sinew.endpoint..",
    "dev.sinew.load..",
    "dev.sinew.balance..",
    "dev.sinew.failover..",
    "dev.sinew.retry.."
  };
  private static final String[] PURE = {
    "dev.sinew",
    "dev.sinew.endpoint..",
    "dev.sinew.load..",
    "dev.sinew.balance..",
    "dev.sinew.failover..",
    "dev.sinew.retry..",
    "dev.sinew.autoscaler.."
  };

  private static final JavaClasses SINEW = new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      // Servers for tests, which modules hand each other.
      .withImportOption(location -> !location.contains("-tests.jar"))
      .importPackages("dev.sinew");

  @Test
  void modules_know_each_other_in_one_direction_only() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("core")
        .definedBy(CORE)
        .layer("autoscaler")
        .definedBy("dev.sinew.autoscaler..")
        .layer("grpc")
        .definedBy("dev.sinew.grpc..")
        .layer("orca")
        .definedBy("dev.sinew.orca..")
        .layer("consul")
        .definedBy("dev.sinew.consul..")
        .layer("process")
        .definedBy("dev.sinew.process..")
        .layer("metrics")
        .definedBy("dev.sinew.metrics..")
        .layer("prometheus")
        .definedBy("dev.sinew.prometheus..")
        .layer("haproxy")
        .definedBy("dev.sinew.haproxy..")
        .layer("controller")
        .definedBy("dev.sinew.controller..")
        .whereLayer("controller")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("orca")
        .mayOnlyBeAccessedByLayers("controller")
        .whereLayer("consul")
        .mayOnlyBeAccessedByLayers("controller")
        .whereLayer("process")
        .mayOnlyBeAccessedByLayers("controller")
        .whereLayer("metrics")
        .mayOnlyBeAccessedByLayers("controller")
        .whereLayer("prometheus")
        .mayOnlyBeAccessedByLayers("controller")
        .whereLayer("haproxy")
        .mayOnlyBeAccessedByLayers("controller")
        .whereLayer("autoscaler")
        .mayOnlyBeAccessedByLayers(
            "orca", "consul", "process", "prometheus", "haproxy", "controller")
        .whereLayer("grpc")
        .mayOnlyBeAccessedByLayers("orca", "consul", "metrics", "controller")
        .check(SINEW);
  }

  @Test
  void core_depends_on_nothing_but_the_platform() {
    classes()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.sinew",
            "dev.sinew.endpoint..",
            "dev.sinew.load..",
            "dev.sinew.balance..",
            "dev.sinew.failover..",
            "dev.sinew.retry..",
            "java.lang..",
            "java.util..",
            "java.time..",
            "org.jspecify..")
        .check(SINEW);
  }

  @Test
  void pure_modules_have_no_clock_thread_randomness_logger_or_io() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.grpc..", "java.net..", "java.nio..", "java.io..", "java.util.logging..")
        .check(SINEW);
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(
            Thread.class,
            java.time.Clock.class,
            System.Logger.class,
            java.util.Timer.class,
            java.util.concurrent.ThreadLocalRandom.class,
            java.util.concurrent.ExecutorService.class)
        .check(SINEW);
  }

  @Test
  void packages_have_no_cycles() {
    slices().matching("dev.sinew.(**)").should().beFreeOfCycles().check(SINEW);
  }

  @Test
  void no_name_hides_what_a_class_is() {
    noClasses()
        .that()
        .resideInAPackage("dev.sinew..")
        .should()
        .haveNameMatching(".*(Utils?|Helper|Manager|Impl)|.*\\.(Abstract|Default)[A-Z].*")
        .check(SINEW.that(generatedByProtoc()));
  }

  @Test
  void no_file_is_longer_than_400_lines() throws IOException {
    List<String> tooLong = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      for (Path file : (Iterable<Path>) files.filter(ArchitectureTest::handWritten)::iterator) {
        if (Files.readAllLines(file).size() > LONGEST_FILE) {
          tooLong.add(file.toString());
        }
      }
    }
    assertThat(tooLong).isEmpty();
  }

  private static com.tngtech.archunit.base.DescribedPredicate<
          com.tngtech.archunit.core.domain.JavaClass>
      generatedByProtoc() {
    return com.tngtech.archunit.base.DescribedPredicate.describe(
        "written by hand",
        type -> !type.isAnnotatedWith("io.grpc.stub.annotations.GrpcGenerated")
            && type.getAllRawSuperclasses().stream()
                .noneMatch(parent -> parent.getName().startsWith("com.google.protobuf")
                    || parent.getName().startsWith("io.grpc.stub")));
  }

  private static boolean handWritten(Path file) {
    return file.toString().endsWith(".java")
        && !file.toString().contains("target")
        && !file.toString().contains(".cache");
  }
}
