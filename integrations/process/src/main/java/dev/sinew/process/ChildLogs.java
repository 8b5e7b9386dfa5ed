// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The log files of the children of one target: one per id, readable by their owner only.
 *
 * <p>The files of the latest 64 ended children are kept, those of earlier runs included. Files, not
 * pipes: a child that writes never waits for this process and survives it when it shall.
 */
final class ChildLogs {
  static final int KEPT = 64;
  static final int LINES = 20;
  private static final int TAIL_BYTES = 8192;
  private static final String SUFFIX = ".log";

  private final Path directory;
  private final Pattern names;
  private final Deque<Path> ended = new ArrayDeque<>();

  ChildLogs(Path directory, String idPrefix) throws IOException {
    this.directory = directory;
    this.names = Pattern.compile(Pattern.quote(idPrefix) + "-[0-9a-z]+-([0-9]+|appcds)");
    Files.createDirectories(directory, ownerOnly(directory, "rwx------"));
    try (Stream<Path> files = Files.list(directory)) {
      files
          .filter(file -> isLog(file.getFileName().toString()))
          .sorted(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .forEach(ended::add);
    }
    prune();
  }

  /** Makes the empty file of a new child. */
  Path create(String id) throws IOException {
    Path file = directory.resolve(id + SUFFIX);
    return Files.createFile(file, ownerOnly(directory, "rw-------"));
  }

  /** Says that a child will write no more. */
  synchronized void ended(String id) {
    ended.add(directory.resolve(id + SUFFIX));
    prune();
  }

  /** The last lines a child wrote, at most 20 of the last 8 KiB; empty if nothing is known of it. */
  List<String> last(String id) {
    if (!names.matcher(id).matches()) {
      return List.of();
    }
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve(id + SUFFIX).toFile(), "r")) {
      long start = Math.max(0, file.length() - TAIL_BYTES);
      file.seek(start);
      byte[] tail = new byte[(int) (file.length() - start)];
      file.readFully(tail);
      List<String> lines = new String(tail, StandardCharsets.UTF_8).lines().toList();
      return List.copyOf(lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    } catch (IOException e) {
      return List.of();
    }
  }

  private synchronized void prune() {
    while (ended.size() > KEPT) {
      ended.remove().toFile().delete();
    }
  }

  private boolean isLog(String name) {
    return name.endsWith(SUFFIX)
        && names.matcher(name.substring(0, name.length() - SUFFIX.length())).matches();
  }

  static FileAttribute<?>[] ownerOnly(Path near, String permissions) {
    if (!near.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
  }
}
