// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.registry.RegistryContract.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A registry that is killed with all its memory, and started again. */
@Tag("process")
@Timeout(120)
final class RegistryKillTest {
  @TempDir
  Path folder;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void watchers_are_told_the_same_list_after_a_kill_and_the_dead_leave_after_their_ttl()
      throws Exception {
    Path file = folder.resolve("registry");
    Started first = start(0, file);
    URI uri = URI.create("http://127.0.0.1:" + first.port);
    try (Session session = new RegistryContract(uri).session()) {
      session.register("1", "'Port':1", "passing", "60s");
      session.register("2", "'Port':2", "passing", "3s");
      long told = session.index();
      awaitRemembered(file, session.name());
      first.process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

      start(first.port, file);
      HttpResponse<String> woken =
          session.get(session.health() + "?passing=1&wait=30s&index=" + told);
      assertThat(woken.statusCode()).isEqualTo(200);
      assertThat(Session.index(woken)).isGreaterThan(told);
      assertThat(woken.body()).contains("\"Port\":1").contains("\"Port\":2");

      HttpResponse<String> changed =
          session.get(session.health() + "?passing=1&wait=30s&index=" + Session.index(woken));
      assertThat(changed.body()).contains("\"Port\":1").doesNotContain("\"Port\":2");
    }
  }

  private static void awaitRemembered(Path file, String name)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!(Files.exists(file) && Files.readString(file).contains(name + "2"))
        && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    assertThat(RegistrySnapshot.read(file)).isNotNull();
  }

  private Started start(int port, Path file) throws IOException {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            RegistryProcess.class.getName(),
            Integer.toString(port),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    processes.add(process);
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    return new Started(process, Integer.parseInt(out.readLine()));
  }

  private record Started(Process process, int port) {}
}
