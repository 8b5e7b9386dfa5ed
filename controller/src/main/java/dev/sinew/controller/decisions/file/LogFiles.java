// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions.file;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The numbered files of a log in its folder; a higher number is newer.
 *
 * @param folder need not exist
 */
public record LogFiles(Path folder) {
  private static final Pattern NAME = Pattern.compile("decisions-(\\d{8,15})\\.log");
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  /** Oldest first; empty if there is no folder. */
  public SortedMap<Long, Path> all() throws IOException {
    SortedMap<Long, Path> files = new TreeMap<>();
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : (Iterable<Path>) children::iterator) {
        Matcher name = NAME.matcher(child.getFileName().toString());
        if (name.matches()) {
          files.put(Long.parseLong(name.group(1)), child);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return files;
    }
    return files;
  }

  /** The file of a number. */
  public Path path(long number) {
    return folder.resolve(String.format("decisions-%08d.log", number));
  }

  /** Makes the folder, for its owner only. */
  void create() throws IOException {
    Files.createDirectories(folder, permissions("rwx------"));
  }

  /** Deletes the oldest ones until at most so many are left. */
  void keep(int most) throws IOException {
    SortedMap<Long, Path> files = all();
    List<Path> oldest =
        files.values().stream().limit(Math.max(0, files.size() - most)).toList();
    for (Path file : oldest) {
      Files.deleteIfExists(file);
    }
  }

  static FileAttribute<?>[] permissions(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
