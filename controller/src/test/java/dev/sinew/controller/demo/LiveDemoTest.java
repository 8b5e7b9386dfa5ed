// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.dashboard.BrowserTab;
import dev.sinew.controller.dashboard.Browsers;
import dev.sinew.controller.dashboard.Chromium;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a real run in a real browser. */
@Tag("browser")
final class LiveDemoTest {
  private static final String LIST = "document.getElementById('events').innerText";
  private static final String READY = "document.querySelectorAll('#replicas-body tr').length";
  private static final String WORDS = "document.getElementById('words').textContent";

  @TempDir
  Path folder;

  @Test
  void a_run_is_seen_from_its_start_to_the_kill_and_kept_in_a_report() throws Exception {
    Path report = folder.resolve("report.html");
    try (Chromium chromium = Browsers.start();
        DemoProcess demo = new DemoProcess(folder, "--seconds", "40", "--html", report.toString());
        BrowserTab tab = chromium.open()) {
      assertThat(demo.printed("ready 2/2", Duration.ofSeconds(60)))
          .as("%s", demo.output())
          .isTrue();
      tab.screen(1280, 1000, "light", false);
      tab.go("http://127.0.0.1:" + demo.registryPort() + "/");
      tab.await(READY + " >= 2", Duration.ofSeconds(10), LIST);
      assertThat(tab.evaluate("document.getElementById('connection').textContent"))
          .isEqualTo("live");
      tab.await("/2 → [3-8]/.test(" + LIST + ")", Duration.ofSeconds(30), LIST);
      tab.await("/kill -9 orders/.test(" + LIST + ")", Duration.ofSeconds(40), LIST);
      tab.await("/replicas ready.* calls\\/s/.test(" + WORDS + ")", Duration.ofSeconds(10), WORDS);
      assertThat(tab.complaints()).isEmpty();
      assertThat(tab.requests()).allMatch(url -> url.startsWith("http://127.0.0.1:"));

      // Whether calls fail is DemoTest's; beside a browser the machine is short of processors.
      assertThat(demo.await(Duration.ofSeconds(90))).as("%s", demo.output()).isBetween(0, 1);
      assertThat(Files.size(report)).isBetween(50_000L, 1_000_000L);
      tab.go(report.toUri().toString());
      tab.await("/kill -9 orders/.test(" + LIST + ")", Duration.ofSeconds(10), LIST);
    }
  }
}
