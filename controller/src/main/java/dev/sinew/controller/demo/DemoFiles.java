// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where a demo keeps its files.
 *
 * @param logs of this run; deleted at the end unless calls failed
 * @param cache for the next run: the replicas' class archive
 */
public record DemoFiles(Path logs, Path cache) {
  /** A new folder for logs, and the cache that the launcher names or the user's own. */
  public static DemoFiles create() {
    try {
      return new DemoFiles(
          Files.createTempDirectory("sinew-demo-"), Files.createDirectories(classCache()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where class archives of child processes are kept: the launcher's cache or the user's own. */
  public static Path classCache() {
    String home = System.getProperty("user.home", ".");
    return Path.of(System.getProperty("sinew.cache", home + "/.cache/sinew")).resolve("classes");
  }

  /** Deletes the logs. */
  public void delete() {
    try (Stream<Path> files = Files.walk(logs)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
