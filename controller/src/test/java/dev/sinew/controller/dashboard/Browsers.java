// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Starts the browser for tests; without one they are skipped, on CI (CI=true) they fail. */
public final class Browsers {
  private Browsers() {}

  public static Chromium start() throws IOException, InterruptedException {
    Optional<Path> binary = Chromium.installed();
    if (binary.isEmpty() && "true".equals(System.getenv("CI"))) {
      fail("chromium: not on the PATH (expected on CI: the package chromium)");
    }
    assumeTrue(binary.isPresent(), "chromium is not on the PATH");
    return Chromium.start(binary.orElseThrow());
  }
}
