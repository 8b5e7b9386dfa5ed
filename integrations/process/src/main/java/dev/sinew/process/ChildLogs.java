// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The log files of the children of one target: one per id, readable by their owner only.
 *
 * <p>The files of the latest 64 ended children are kept, those of earlier runs included. Files, not
 * pipes: a child that writes never waits for this process and survives it when it shall. A file that
 * grows beyond a bound is copied and cut to nothing; its child appends, so it goes on from there.
 */
final class ChildLogs {
  static final int KEPT = 64;
  static final int LINES = 20;
  private static final int TAIL_BYTES = 8192;
  private static final String SUFFIX = ".log";
  private static final String OLDER = ".1";
  private static final System.Logger LOG = System.getLogger(ChildLogs.class.getName());

  private final Path directory;
  private final Pattern names;
  private final Deque<Path> ended = new ArrayDeque<>();
  private final Set<Path> written = new LinkedHashSet<>();

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
  }

  /** Says which children of earlier runs write on; the logs of the others are pruned. */
  synchronized void adopt(Collection<String> ids) {
    for (String id : ids) {
      Path file = directory.resolve(id + SUFFIX);
      ended.remove(file);
      written.add(file);
    }
    prune();
  }

  /** Makes the empty file of a new child. */
  synchronized Path create(String id) throws IOException {
    Path file = directory.resolve(id + SUFFIX);
    Files.createFile(file, ownerOnly(directory, "rw-------"));
    written.add(file);
    return file;
  }

  /** Cuts what has grown beyond a bound; its last bytes, as many as the bound, become the older part. */
  void bound(long largest) {
    List<Path> files;
    synchronized (this) {
      files = List.copyOf(written);
    }
    for (Path file : files) {
      if (file.toFile().length() > largest) {
        try {
          cut(file, largest);
        } catch (IOException e) {
          LOG.log(Level.WARNING, "log not bounded file=" + file + " reason=\"" + e + "\"");
        }
      }
    }
  }

  private void cut(Path file, long largest) throws IOException {
    try (FileChannel log = FileChannel.open(file, READ, WRITE)) {
      try (FileChannel older = FileChannel.open(
          older(file),
          Set.of(CREATE, WRITE, TRUNCATE_EXISTING),
          ownerOnly(directory, "rw-------"))) {
        long end = log.size();
        long start = Math.max(0, end - largest);
        while (start < end) {
          start += Math.max(1, log.transferTo(start, end - start, older));
        }
      } finally {
        // Also when there is no room for a copy: the bound is for the disk's sake.
        log.truncate(0);
      }
    }
  }

  private static Path older(Path file) {
    return file.resolveSibling(file.getFileName() + OLDER);
  }

  /** Says that a child will write no more. */
  synchronized void ended(String id) {
    Path file = directory.resolve(id + SUFFIX);
    written.remove(file);
    ended.add(file);
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
      Path file = ended.remove();
      file.toFile().delete();
      older(file).toFile().delete();
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
