// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.Expect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a controller keeps what survives a restart.
 *
 * @param path the folder; it need not exist
 */
public record StateFolder(Path path) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  /** The decision log of a service. */
  public Path decisions(String service) {
    return service(service).resolve("decisions");
  }

  /** The child processes of a service. */
  public Path process(String service) {
    return service(service).resolve("process");
  }

  /** Who holds which number, and why. */
  public Path controls() {
    return path.resolve("controls.json");
  }

  /** What the doors of all services keep. */
  public Path doors() {
    return path.resolve("doors");
  }

  /** Where the running controller can be reached. */
  public Path controllerInfo() {
    return path.resolve("controller.json");
  }

  /** The names of the services that have something here, sorted; empty if there is no folder. */
  public List<String> services() throws IOException {
    Path folder = path.resolve("services");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(Files::isDirectory)
          .map(child -> child.getFileName().toString())
          .filter(StateFolder::named)
          .sorted()
          .toList();
    }
  }

  private Path service(String name) {
    Expect.that(
        named(name), "service", name, "1 to 100 letters, digits, dots, dashes, underscores");
    return path.resolve("services").resolve(name);
  }

  /** Whether it can be a folder of its own. */
  private static boolean named(String name) {
    return NAME.matcher(name).matches() && !name.equals(".") && !name.equals("..");
  }
}
