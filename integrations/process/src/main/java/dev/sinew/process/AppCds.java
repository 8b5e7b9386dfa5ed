// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.sinew.Expect;
import dev.sinew.process.health.HealthProbe.Answer;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Archives of loaded classes (JEP 350), which about halve the start-up of a child JVM.
 *
 * <p>An archive belongs to one JVM build and one class path, and its name says so; the JVM checks both
 * again and runs without an archive that does not fit. It is made once, by a child that is started,
 * asked for its health and stopped: the classes loaded by then are what it holds. Whatever goes
 * wrong, children start without an archive.
 */
final class AppCds {
  static final int KEPT = 8;

  // The JVM speaks of a misfit on standard output, which may be the child's protocol.
  private static final List<String> QUIET = List.of("-Xlog:disable", "-Xlog:all=error:stderr");
  private static final Set<String> PATH_OPTIONS =
      Set.of("-cp", "-classpath", "--class-path", "-p", "--module-path", "-jar");
  private static final Set<String> OTHER_OPTIONS_WITH_VALUE = Set.of(
      "-m",
      "--module",
      "--add-modules",
      "--add-exports",
      "--add-opens",
      "--add-reads",
      "--limit-modules",
      "--patch-module",
      "--upgrade-module-path",
      "--enable-native-access");
  private static final Pattern ANY_ARCHIVE_OPTION =
      Pattern.compile("-Xshare:.*|-XX:(SharedArchiveFile|ArchiveClassesAtExit|AOT).*");
  private static final Pattern VM_VERSION = Pattern.compile("\\bjava\\.vm\\.version = (\\S+)");
  private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(10);
  // JDK 25 on a busy machine now and then ends without writing one and without saying why.
  private static final int ATTEMPTS = 2;
  private static final long POLL_MILLIS = 50;
  private static final Duration DUMP_TIMEOUT = Duration.ofSeconds(30);

  private static final System.Logger LOG = System.getLogger(AppCds.class.getName());

  private AppCds() {}

  /**
   * The spec that uses the archive of its command, which is made first if it is missing; or the spec
   * itself if it wants no archive, its command is no java launcher or chooses an archive by itself, or
   * none can be made.
   *
   * <p>Blocks for about two starts; at most 10 s, and twice the start timeout, the drain grace and
   * 30 s.
   */
  static ProcessSpec prepare(ProcessSpec spec, ChildLogs logs) throws InterruptedException {
    Path directory = spec.archiveDirectory();
    if (directory == null || !applies(spec.command())) {
      return spec;
    }
    try {
      Files.createDirectories(directory, ChildLogs.ownerOnly(directory, "rwx------"));
      Path archive = directory.toAbsolutePath().resolve(key(spec) + ".jsa");
      if (!Files.exists(archive)) {
        boolean made = false;
        for (int i = 0; i < ATTEMPTS && !made; i++) {
          made = train(spec, logs, archive);
        }
        if (!made) {
          throw new IOException("the JVM wrote no archive");
        }
        prune(directory);
        LOG.log(Level.INFO, "appcds archive made service=" + spec.service() + " file=" + archive);
      }
      return spec.withCommand(with(spec.command(), "-XX:SharedArchiveFile=" + archive));
    } catch (IOException e) {
      String reason = Expect.printable(String.valueOf(e.getMessage()));
      LOG.log(
          Level.WARNING,
          "appcds archive unavailable service=" + spec.service() + " reason=\"" + reason + "\"");
      return spec;
    }
  }

  /** Whether the command is a java launcher that leaves the choice of an archive open. */
  static boolean applies(List<String> command) {
    String program = command.get(0);
    return program.substring(program.lastIndexOf('/') + 1).equals("java")
        && command.stream().noneMatch(word -> ANY_ARCHIVE_OPTION.matcher(word).matches());
  }

  /** The command with options of the JVM. */
  static List<String> with(List<String> command, String option) {
    List<String> words = new ArrayList<>();
    words.add(command.get(0));
    words.add(option);
    words.addAll(QUIET);
    words.addAll(command.subList(1, command.size()));
    return words;
  }

  /** The name of the archive: the JVM's version, and a hash of the class path as it is on disk. */
  static String key(ProcessSpec spec) throws IOException, InterruptedException {
    String version = vmVersion(spec).replaceAll("[^A-Za-z0-9.+_-]", "_");
    return version + "-" + hash(classPath(spec));
  }

  /** A hash over each entry's name, size and time of change, which is what the JVM compares. */
  static String hash(List<Path> entries) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    for (Path entry : entries) {
      String line = entry.toAbsolutePath() + "\0absent\n";
      if (Files.isDirectory(entry)) {
        throw new IOException("the class path holds a directory, not only jars: " + entry);
      } else if (Files.exists(entry)) {
        long changed = Files.getLastModifiedTime(entry).toMillis();
        line = entry.toAbsolutePath() + "\0" + Files.size(entry) + "\0" + changed + "\n";
      }
      digest.update(line.getBytes(UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  /** The files of the command's class path and module path, in order, wildcards expanded. */
  static List<Path> classPath(ProcessSpec spec) throws IOException {
    List<String> paths = new ArrayList<>();
    List<String> command = spec.command();
    for (int i = 1; i < command.size() && command.get(i).startsWith("-"); i++) {
      String word = command.get(i);
      int equals = word.indexOf('=');
      if (PATH_OPTIONS.contains(word) && i + 1 < command.size()) {
        paths.add(command.get(++i));
      } else if (equals > 0 && PATH_OPTIONS.contains(word.substring(0, equals))) {
        paths.add(word.substring(equals + 1));
      } else if (OTHER_OPTIONS_WITH_VALUE.contains(word)) {
        i++;
      }
    }
    if (paths.isEmpty()) {
      String inherited = System.getenv().getOrDefault("CLASSPATH", ".");
      paths.add(spec.environment().getOrDefault("CLASSPATH", inherited));
    }
    List<Path> files = new ArrayList<>();
    for (String path : paths) {
      for (String entry : path.split(File.pathSeparator, -1)) {
        files.addAll(expand(spec.workingDirectory(), entry));
      }
    }
    return files;
  }

  private static List<Path> expand(@Nullable Path base, String entry) throws IOException {
    boolean wildcard = entry.equals("*") || entry.endsWith("/*");
    Path given = Path.of(wildcard ? entry.substring(0, entry.length() - 1) : entry);
    Path path = base == null ? given : base.resolve(given);
    if (!wildcard) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".jar"))
          .sorted()
          .toList();
    }
  }

  private static String vmVersion(ProcessSpec spec) throws IOException, InterruptedException {
    List<String> question = List.of(spec.command().get(0), "-XshowSettings:properties", "-version");
    Process process = ProcessLauncher.builder(
            spec.training().withCommand(question), "version", 0, "")
        .redirectErrorStream(true)
        .start();
    try {
      if (!process.waitFor(VERSION_TIMEOUT.toMillis(), MILLISECONDS)) {
        throw new IOException(spec.command().get(0) + " does not tell its version");
      }
      String answer = new String(process.getInputStream().readNBytes(1 << 16), UTF_8);
      Matcher version = VM_VERSION.matcher(answer);
      if (!version.find()) {
        throw new IOException(spec.command().get(0) + " tells no version: " + answer);
      }
      return version.group(1);
    } finally {
      process.destroyForcibly();
      process.getInputStream().close();
      process.getOutputStream().close();
    }
  }

  /** Runs a child that shall write an archive; returns whether it did. */
  private static boolean train(ProcessSpec spec, ChildLogs logs, Path archive)
      throws IOException, InterruptedException {
    RandomGenerator random = RandomGenerator.getDefault();
    String run = Integer.toString(random.nextInt(1 << 30), 36);
    Path temporary = archive.resolveSibling(archive.getFileName() + "." + run + ".tmp");
    ProcessSpec training =
        spec.training().withCommand(with(spec.command(), "-XX:ArchiveClassesAtExit=" + temporary));
    int port = Ports.SHARED.take(random);
    try {
      String id = spec.idPrefix() + "-" + run + "-appcds";
      Child child = new ProcessLauncher(() -> training, logs, () -> {}).launch(id, port, "");
      try {
        awaitServing(child, spec);
        child.terminate();
        awaitExit(child, spec.drainGrace().plus(DUMP_TIMEOUT));
        boolean written = Files.exists(temporary) && Files.size(temporary) > 0;
        if (written) {
          Files.move(temporary, archive, StandardCopyOption.ATOMIC_MOVE);
        }
        return written;
      } finally {
        bury(child);
      }
    } finally {
      Ports.SHARED.release(port);
      Files.deleteIfExists(temporary);
    }
  }

  private static void awaitServing(Child child, ProcessSpec spec)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + spec.startTimeout().toNanos();
    String said = "no answer";
    while (deadline - System.nanoTime() > 0) {
      if (!child.alive()) {
        throw new IOException("the training child ended: " + child.lastLine());
      }
      Answer answer = child.takeHealth();
      if (answer != null && answer.serving()) {
        return;
      }
      said = answer == null ? said : answer.said();
      child.askHealth(spec.healthCheck());
      MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IOException("the training child did not become ready (health: " + said + ")");
  }

  private static void awaitExit(Child child, Duration timeout)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (child.alive()) {
      if (deadline - System.nanoTime() <= 0) {
        throw new IOException("the training child did not end");
      }
      MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Kills and waits for the end, which is near, even on an interrupted thread. */
  private static void bury(Child child) {
    child.kill();
    boolean interrupted = Thread.interrupted();
    long deadline = System.nanoTime() + MILLISECONDS.toNanos(1000);
    while (child.alive() && deadline - System.nanoTime() > 0) {
      LockSupport.parkNanos(MILLISECONDS.toNanos(5));
    }
    child.release();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Keeps the latest archives: each build of an application's jars has one of its own. */
  private static void prune(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      files
          .filter(file -> file.toString().endsWith(".jsa") || file.toString().endsWith(".tmp"))
          .sorted(Comparator.comparingLong((Path file) -> file.toFile().lastModified())
              .reversed())
          .skip(KEPT)
          .forEach(file -> file.toFile().delete());
    }
  }
}
