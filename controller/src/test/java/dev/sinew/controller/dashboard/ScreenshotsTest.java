// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Takes pictures to look at, of a made-up run or of a page that is being served: {@code
 * -Dtest=ScreenshotsTest -Dsinew.screenshots=DIRECTORY [-Dsinew.screenshots.url=http://127.0.0.1:PORT/]}.
 */
@Tag("screenshots")
@EnabledIfSystemProperty(named = "sinew.screenshots", matches = ".+")
final class ScreenshotsTest {
  private static final int[] WIDTHS = {390, 1280, 1920};
  private final Path directory = Path.of(System.getProperty("sinew.screenshots", "."));

  @Test
  void the_page_at_three_widths_in_both_themes() throws Exception {
    try (Chromium chromium = Browsers.start();
        BrowserTab tab = chromium.open()) {
      String served = System.getProperty("sinew.screenshots.url");
      if (served != null) {
        everyScreen(tab, served, "live");
        return;
      }
      for (int base : new int[] {2, 8, 125}) {
        LiveHistory history = new LiveHistory(FakeRun.info("fake-" + base));
        new FakeRun(base).play(history, 0, base == 8 ? 130 : FakeRun.SECONDS);
        if (base == 125) {
          history.replicas(new FakeRun(base).rows(130));
        }
        try (FakeServer server = new FakeServer(history, 0)) {
          everyScreen(tab, server.url(), "page-" + base);
        }
        Path report = directory.resolve("report-" + base + ".html").toAbsolutePath();
        Files.writeString(report, ReportHtml.of(history, Map.of("Written for", "looking at")));
        everyScreen(tab, report.toUri().toString(), "report-" + base);
      }
    }
    assertThat(directory).isNotEmptyDirectory();
  }

  @Test
  void a_day_hostile_names_and_a_lost_connection() throws Exception {
    LiveHistory history = new LiveHistory(FakeRun.info("day"));
    new FakeRun(8).playDay(history);
    history.replicas(List.of(
        FakeRun.row("<script>alert(1)</script>"),
        FakeRun.row("x".repeat(10_000)),
        FakeRun.row("\u202eevil"),
        FakeRun.row("عقدة-١")));
    try (Chromium chromium = Browsers.start();
        BrowserTab tab = chromium.open()) {
      try (FakeServer server = new FakeServer(history, 0)) {
        everyScreen(tab, server.url(), "day");
      }
      tab.await("document.body.dataset.connection === 'lost'");
      tab.picture(directory.resolve("lost.png"), false);
    }
    assertThat(directory.resolve("lost.png")).isNotEmptyFile();
  }

  private void everyScreen(BrowserTab tab, String url, String name) throws Exception {
    for (int width : WIDTHS) {
      for (String theme : new String[] {"light", "dark"}) {
        tab.screen(width, width < 600 ? 844 : 1000, theme, false);
        tab.go(url);
        tab.await("document.querySelectorAll('#replicas-body tr').length > 0"
            + " && document.querySelectorAll('#charts canvas').length === 4");
        tab.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        int height = Integer.parseInt(tab.evaluate("document.documentElement.scrollHeight"));
        tab.screen(width, Math.min(height, 4000), theme, false);
        tab.evaluate("new Promise(done => setTimeout(done, 150))");
        tab.picture(directory.resolve(name + "-" + width + "-" + theme + ".png"), false);
      }
    }
  }
}
