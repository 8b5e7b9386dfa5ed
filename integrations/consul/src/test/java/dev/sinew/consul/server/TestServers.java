// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.server;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where {@code etc/test-servers} has put the real servers.
 *
 * <p>That is the folder named by the system property {@code sinew.servers}, else {@code .cache/servers} of
 * the project. A test whose server is missing is skipped, on CI (CI=true) it fails.
 */
public final class TestServers {
  private static final String CACHE = ".cache/servers";

  private TestServers() {}

  /** The program of a server, as {@code consul}. */
  public static Path program(String name) {
    Path program = folder().resolve("bin").resolve(name);
    if (!Files.isExecutable(program)) {
      String reason =
          name + " is not in " + program.getParent() + "; etc/test-servers puts it there";
      if ("true".equals(System.getenv("CI"))) {
        fail(reason);
      }
      return abort(reason);
    }
    return program;
  }

  private static Path folder() {
    String named = System.getProperty("sinew.servers", "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    Path start = Path.of("").toAbsolutePath();
    for (Path at = start; at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("etc/test-servers"))) {
        return at.resolve(CACHE);
      }
    }
    return start.resolve(CACHE);
  }
}
