// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.process.FleetStatus.ChildStatus;
import dev.sinew.process.health.HealthCheck;
import dev.sinew.process.health.HealthProbe.Answer;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Archives made and used by real JVMs: those that run these tests. */
@Tag("process")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class AppCdsArchiveTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir
  static Path jars;

  private static String classPath = "";

  @TempDir
  Path directory;

  private Path archives = Path.of("");
  private ProcessSpec.Builder spec = ProcessSpec.builder("none", List.of("none"), Path.of(""));
  private ProcessSpec plain = spec.build();

  @BeforeAll
  static void packs_the_class_path_into_jars() throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : TestCommands.CLASS_PATH.split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      entries.add(Files.isDirectory(path) ? pack(path, entries.size()).toString() : entry);
    }
    classPath = String.join(File.pathSeparator, entries);
  }

  @BeforeEach
  void describes_a_child() {
    archives = directory.resolve("archives");
    spec = ProcessSpec.builder(
            "orders",
            TestCommands.java(classPath, HealthServer.class, List.of()),
            directory.resolve("logs"))
        .archiveDirectory(archives);
    plain = spec.build();
  }

  @Test
  void an_archive_is_made_once_used_and_no_slower() throws Exception {
    ProcessSpec archived = prepare();
    Path archive = onlyArchive();
    assertThat(archived.command()).contains("-XX:SharedArchiveFile=" + archive);
    assertThat(archived.withCommand(plain.command())).isEqualTo(plain);
    FileTime made = Files.getLastModifiedTime(archive);
    assertThat(prepare()).isEqualTo(archived);
    assertThat(Files.getLastModifiedTime(archive)).isEqualTo(made);

    List<Duration> without = new ArrayList<>();
    List<Duration> with = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      without.add(startUp(plain, archive, false));
      with.add(startUp(archived, archive, true));
    }
    String figures = "start-up without archive " + without + ", with " + with;
    System.out.println(figures);
    long best = without.stream().mapToLong(Duration::toMillis).min().orElseThrow();
    assertThat(with.stream().mapToLong(Duration::toMillis).min().orElseThrow())
        .as(figures)
        .isLessThan(best * 3 / 2);
  }

  @Test
  void a_broken_archive_stops_no_child() throws Exception {
    ProcessSpec archived = prepare();
    Path archive = onlyArchive();
    Files.delete(archive);
    Files.writeString(archive, "no archive at all");
    startUp(archived, archive, false);
    Files.delete(archive);
    startUp(archived, archive, false);
  }

  @Test
  void two_that_make_it_at_once_do_not_disturb_each_other() throws Exception {
    List<CompletableFuture<ProcessSpec>> both = Stream.generate(
            () -> CompletableFuture.supplyAsync(this::prepareUnchecked))
        .limit(2)
        .toList();
    ProcessSpec first = both.get(0).get(90, TimeUnit.SECONDS);
    assertThat(both.get(1).get(90, TimeUnit.SECONDS)).isEqualTo(first).isNotEqualTo(plain);
    startUp(first, onlyArchive(), true);
  }

  @Test
  void when_none_can_be_made_children_start_without() throws Exception {
    plain = spec.archiveDirectory(archives).build();
    ProcessSpec unpacked = plain.withCommand(TestCommands.java(
        directory + File.pathSeparator + classPath, HealthServer.class, List.of()));
    ProcessSpec ends = plain.withCommand(TestCommands.java(classPath, GuardTest.class, List.of()));
    ProcessSpec absent = plain.withCommand(List.of("/nonexistent/java", "-cp", "x.jar", "Main"));
    ChildLogs logs = new ChildLogs(plain.logDirectory(), plain.idPrefix());
    for (ProcessSpec broken : List.of(unpacked, ends, absent)) {
      assertThat(AppCds.prepare(broken, logs)).isSameAs(broken);
    }
    try (Stream<Path> files = Files.list(archives)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void a_target_makes_it_beside_its_first_child_and_later_children_use_it() throws Exception {
    try (ProcessScaleTarget target = ProcessScaleTarget.start(plain)) {
      target.apply(new ScaleDecision(Instant.now(), 0, 1, List.of(), 1, List.of()));
      Eventually.within(
          SOON, "archive", () -> archives.toFile().list() != null && !archived().isEmpty());
      Eventually.within(SOON, "ready", () -> target.replicas().ready() == 1);
      // The launcher learns of the archive a moment after the file is there.
      Eventually.within(SOON, "a child that uses it", () -> {
        List<ChildStatus> children = target.status().children();
        if (children.get(0).pid() != 0 && maps(children.get(0).pid(), archived().get(0))) {
          return true;
        }
        if (target.replicas().ready() == 1) {
          Processes.signal("KILL", children.get(0).pid());
          Eventually.within(
              SOON,
              "replaced",
              () ->
                  !target.status().children().get(0).id().equals(children.get(0).id()));
        }
        return false;
      });
    }
  }

  @Test
  void closing_a_target_that_makes_an_archive_takes_no_longer() throws Exception {
    ProcessScaleTarget target = ProcessScaleTarget.start(plain);
    Eventually.within(SOON, "training", () -> {
      String[] logs = plain.logDirectory().toFile().list();
      return logs != null && Stream.of(logs).anyMatch(log -> log.endsWith("-appcds.log"));
    });
    long start = System.nanoTime();
    target.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
        .isEmpty();
  }

  /** From the launch to the first answer that it serves. */
  private Duration startUp(ProcessSpec started, Path archive, boolean used) throws IOException {
    ChildLogs logs = new ChildLogs(started.logDirectory(), started.idPrefix());
    int port = Ports.SHARED.take(new Random());
    String id = "orders-" + Long.toString(System.nanoTime(), 36) + "-1";
    Child child = new ProcessLauncher(() -> started, logs, () -> {}).launch(id, port, "");
    try {
      Duration took = Eventually.within(SOON, "serves", () -> {
        Answer answer = child.takeHealth();
        child.askHealth(HealthCheck.grpc());
        return answer != null && answer.serving();
      });
      assertThat(maps(child.pid(), archive)).isEqualTo(used);
      assertThat(logs.last(id))
          .contains(id + " listens on " + port)
          .noneMatch(line -> line.contains("[warning]"));
      return took;
    } finally {
      child.kill();
      Eventually.within(SOON, "dead", () -> !child.alive());
      child.release();
      Ports.SHARED.release(port);
    }
  }

  private ProcessSpec prepare() throws IOException, InterruptedException {
    return AppCds.prepare(plain, new ChildLogs(plain.logDirectory(), plain.idPrefix()));
  }

  private ProcessSpec prepareUnchecked() {
    try {
      return prepare();
    } catch (IOException | InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  private Path onlyArchive() throws IOException {
    try (Stream<Path> files = Files.list(archives)) {
      List<Path> found = files.toList();
      assertThat(found).hasSize(1).allMatch(file -> file.toString().endsWith(".jsa"));
      return found.get(0);
    }
  }

  private List<Path> archived() throws IOException {
    try (Stream<Path> files = Files.list(archives)) {
      return files.filter(file -> file.toString().endsWith(".jsa")).toList();
    }
  }

  private static boolean maps(long pid, Path archive) {
    return Processes.read("/proc/" + pid + "/maps").contains(archive.toString());
  }

  private static Path pack(Path classes, int number) throws IOException {
    Path jar = jars.resolve(number + ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> tree = Files.walk(classes)) {
      for (Path entry : tree.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(entry).toString()));
        Files.copy(entry, out);
        out.closeEntry();
      }
    }
    return jar;
  }
}
