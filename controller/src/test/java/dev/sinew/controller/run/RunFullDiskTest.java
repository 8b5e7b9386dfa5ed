// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A controller whose state folder is a tiny file system of its own, which is filled to the brim. */
@Tag("run")
@Timeout(240)
class RunFullDiskTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final long FULL_SECONDS = 60;

  @TempDir
  private Path folder = Path.of("");

  @Test
  void a_full_disk_fails_no_call_the_loop_goes_on_and_the_loss_is_counted() throws Exception {
    Files.createDirectory(folder.resolve(".sinew"));
    List<String> inside = List.of(
        "unshare", "-rm", "sh", "-ec", "mount -t tmpfs -o size=2m none .sinew; exec \"$@\"", "sh");
    boolean possible = new ProcessBuilder("unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt")
            .start()
            .waitFor()
        == 0;
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(possible, "no private tmpfs here");
    }
    try (RunProcess sinew = new RunProcess(folder)) {
      sinew.write(RunProcess.sample(folder, """
          replicas: {min: 2, max: 4}
          scale: [{metric: requests-per-replica, target: 60/s}]
          behavior:
            scale-in: {window: 2s, step: {replicas: 1, period: 1s}}
          """));
      sinew.start(inside, List.of("run", "fleet.yaml"));
      sinew.seenFrom(inside(sinew));
      assertThat(sinew.awaitReady("orders", 2, PATIENCE))
          .as(String.join("\n", sinew.output()))
          .isTrue();
      Path state = inside(sinew).resolve("fleet");
      String registry = sinew.url().replace("http://", "consul://");
      try (SteadyLoad load = new SteadyLoad(registry + "/orders", 60, 250)) {
        assertThat(RunProcess.until(() -> load.answered() > 50, PATIENCE)).isTrue();
        fill(state.resolve("ballast"));
        load.rate(200);
        assertThat(sinew.awaitReady("orders", 4, PATIENCE))
            .as(String.join("\n", sinew.output()))
            .isTrue();
        load.rate(60);
        TimeUnit.SECONDS.sleep(FULL_SECONDS);
        assertThat(sinew.awaitReady("orders", 2, PATIENCE)).isTrue();
        JsonNode view = requireNonNull(sinew.get("/api/v1/controller"));
        assertThat(view.get("logFailures").asLong()).isPositive();
        JsonNode service = requireNonNull(sinew.get("/api/v1/services/orders"));
        assertThat(service.get("troubles").toString()).contains("cannot be written");
        Files.delete(state.resolve("ballast"));
        load.rate(200);
        assertThat(sinew.awaitReady("orders", 4, PATIENCE)).isTrue();
        load.stop();
        assertThat(load.failed()).as("%s", load.errors()).isZero();
      }
      assertThat(RunProcess.until(() -> !troubles(sinew).contains("cannot be written"), PATIENCE))
          .as(troubles(sinew))
          .isTrue();
    }
  }

  private static String troubles(RunProcess sinew) {
    JsonNode view = sinew.get("/api/v1/services/orders");
    return view == null ? "cannot be written: unknown" : view.get("troubles").toString();
  }

  /** The state folder as the controller sees it. */
  private Path inside(RunProcess sinew) {
    return Path.of("/proc/" + sinew.pid() + "/root" + folder.resolve(".sinew"));
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }
}
