// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The page in a real browser, which must be content with it: no error, no request off loopback. */
@Tag("browser")
@Timeout(180)
final class BrowserTest {
  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
  private static final String ROWS = "document.querySelectorAll('#replicas-body tr').length";
  private static final String FIRST_ROW = "document.querySelector('#replicas-body tr').innerText";
  private static final String LIST = "document.getElementById('events').innerText";
  private static final String WORDS = "document.getElementById('words').textContent";
  private static final String CONNECTION = "document.getElementById('connection').textContent";

  /** Whether a chart's canvas shows a colour of the theme in more than a few pixels. */
  private static final String INKED = """
      (chart, name) => {
        const canvas = document.querySelector(`#chart-${chart} canvas`);
        const { width, height } = canvas;
        const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
        copy.drawImage(canvas, 0, 0);
        const pixels = copy.getImageData(0, 0, width, height).data;
        const wanted = sinew.colour(name).match(/\\w\\w/g).map((part) => parseInt(part, 16));
        let found = 0;
        for (let i = 0; i < pixels.length; i += 4) {
          if (wanted.every((part, k) => Math.abs(pixels[i + k] - part) < 12)) found++;
        }
        return found > 20;
      }""";

  private static Chromium chromium;
  private BrowserTab tab;
  private @Nullable FakeServer served;

  @BeforeAll
  static void startBrowser() throws Exception {
    chromium = Browsers.start();
  }

  @AfterAll
  static void stopBrowser() throws Exception {
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void openTab() throws Exception {
    tab = chromium.open();
    tab.screen(1280, 1000, "light", false);
  }

  @AfterEach
  void nothing_was_complained_about_and_nothing_asked_of_others() {
    try {
      assertThat(tab.complaints()).isEmpty();
      assertThat(tab.requests())
          .isNotEmpty()
          .allMatch(url -> url.matches("(http://127\\.0\\.0\\.1:\\d+/.*|data:.*|file:.*\\.html)"));
    } finally {
      tab.close();
      if (served != null) {
        served.close();
      }
    }
  }

  private void serve(LiveHistory history) throws IOException {
    served = new FakeServer(history, 0);
    tab.go(served.url());
  }

  @Test
  void the_page_loads_and_its_charts_have_data() throws Exception {
    LiveHistory history = new LiveHistory(FakeRun.info("run"));
    new FakeRun(8).play(history, 0, 130);
    serve(history);
    tab.await(ROWS + " === 32");
    assertThat(tab.evaluate(WORDS)).startsWith("31 of 32 replicas ready, 1 warming up, 3,");
    assertThat(tab.evaluate(CONNECTION)).isEqualTo("live");
    assertThat(tab.evaluate("document.title"))
        .isEqualTo("Four times the traffic, and a kill – Sinew");
    inked("traffic", "ok");
    inked("traffic", "failed");
    inked("fleet", "ready");
    inked("latency", "p99");
    assertThat(tab.evaluate("document.querySelectorAll('#flags .flag').length")).isEqualTo("4");
  }

  @Test
  void a_decision_and_a_kill_show_within_two_seconds_among_five_hundred_replicas()
      throws Exception {
    FakeRun run = new FakeRun(125);
    LiveHistory history = new LiveHistory(FakeRun.info("run"));
    run.play(history, 0, 100);
    serve(history);
    tab.await(ROWS + " === 50 && " + CONNECTION + " === 'live'");
    history.add(LiveEvent.decision(100, 500, 510, "Scale out: 61,200 calls/s need 510"));
    tab.await(LIST + ".includes('61,200 calls/s need 510')", TWO_SECONDS, LIST);
    assertThat(tab.evaluate(LIST)).contains("D3").contains("500 → 510");
    run.play(history, 100, 121);
    tab.await(LIST + ".includes('orders-1 was killed')", TWO_SECONDS, LIST);
    tab.await(WORDS + ".startsWith('499 of 500 replicas ready')", TWO_SECONDS, WORDS);
    tab.await("document.querySelector('#flags .flag.fault') !== null");
    tab.await("document.getElementById('announce').textContent.includes('lost, load unchanged')");
    inked("latency", "fault");
  }

  @Test
  void a_day_of_history_and_five_hundred_replicas_leave_the_browser_idle_most_of_the_time()
      throws Exception {
    FakeRun run = new FakeRun(125);
    LiveHistory history = new LiveHistory(FakeRun.info("run"));
    int day = run.playDay(history);
    serve(history);
    tab.await(ROWS + " === 50");
    tab.call("Performance.enable", Map.of("timeDomain", "threadTicks"));
    double busyBefore = metric("TaskDuration");
    double before = metric("Timestamp");
    for (int second = 1; second <= 4; second++) {
      history.replicas(run.rows(60 + second));
      history.add(LiveEvent.event(day + second, "second " + second));
      history.add(run.pointAt(day + second, 60 + second));
      tab.await(LIST + ".includes('second " + second + "')", TWO_SECONDS, LIST);
      tab.evaluate("new Promise(done => setTimeout(done, 700))"); // a run's own pace
    }
    double share = (metric("TaskDuration") - busyBefore) / (metric("Timestamp") - before);
    System.out.printf("live page: replicas=500 history=day browser_busy=%.2f%n", share);
    assertThat(share).as("the browser's main thread, as a share of a core").isLessThan(0.5);
  }

  private double metric(String name) {
    for (JsonNode metric : tab.call("Performance.getMetrics", Map.of()).get("metrics")) {
      if (metric.get("name").stringValue().equals(name)) {
        return metric.get("value").doubleValue();
      }
    }
    throw new IllegalStateException("metric: " + name + " (expected: known to the browser)");
  }

  @Test
  void it_says_that_the_connection_is_lost_and_shows_the_new_run_after_a_restart()
      throws Exception {
    LiveHistory before = new LiveHistory(FakeRun.info("before"));
    new FakeRun(8).play(before, 0, 60);
    int port;
    try (FakeServer server = new FakeServer(before, 0)) {
      port = server.port();
      tab.go(server.url());
      tab.await("document.body.dataset.run === 'before' && " + CONNECTION + " === 'live'");
    }
    tab.await(CONNECTION + " === 'connection lost, trying again'");
    tab.await(WORDS + ".startsWith('Last known: ')");
    assertThat(tab.evaluate(ROWS)).as("what was known stays to be read").isNotEqualTo("0");
    LiveHistory after = new LiveHistory(FakeRun.info("after"));
    new FakeRun(2).play(after, 0, 10);
    try (FakeServer server = new FakeServer(after, port)) {
      assertThat(server.port()).isEqualTo(port);
      tab.await("document.body.dataset.run === 'after' && " + CONNECTION + " === 'live'");
      tab.await(ROWS + " === 2 && document.getElementById('events').children.length === 0");
    }
    assertThat(tab.complaints())
        .as("a browser itself reports connections that fail, and nothing else may be there")
        .allMatch(text -> text.contains("net::ERR_") && text.contains("/live"));
    tab.forgetComplaints();
  }

  @Test
  void the_charts_follow_the_theme_and_the_screen_without_a_reload() throws Exception {
    LiveHistory history = new LiveHistory(FakeRun.info("run"));
    new FakeRun(8).play(history, 0, 130);
    serve(history);
    tab.await(ROWS + " === 32");
    String light = tab.evaluate("sinew.colour('ok')");
    tab.screen(390, 844, "dark", true);
    tab.await("sinew.colour('ok') !== '" + light + "'");
    inked("traffic", "ok");
    tab.await("document.documentElement.scrollWidth <= 390");
    tab.await("document.querySelector('#chart-traffic canvas').clientWidth < 390");
  }

  @Test
  void hostile_names_are_inert() throws Exception {
    String script = "<script>document.title='owned'</script><img src=x onerror=alert(1)>";
    LiveHistory history = new LiveHistory(FakeRun.info("run"));
    history.add(new LivePoint(1, 1, 1, 0, 1, 1, 4, 4, 0, 0));
    history.add(LiveEvent.fault(1, script));
    history.replicas(List.of(
        FakeRun.row(script),
        FakeRun.row("x".repeat(10_000)),
        FakeRun.row("\u202eevil"),
        FakeRun.row("عقدة-١")));
    serve(history);
    tab.await(ROWS + " === 4");
    tab.await(LIST + ".includes('<script>')");
    assertThat(tab.evaluate("document.title")).doesNotContain("owned");
    assertThat(tab.evaluate("document.querySelectorAll('main script, main img').length"))
        .isEqualTo("0");
    assertThat(tab.evaluate("document.getElementById('replicas-body').textContent"))
        .contains("<img src=x onerror=alert(1)>")
        .contains("\\u202eevil")
        .contains("عقدة-١")
        .doesNotContain("x".repeat(200));
    for (int width : new int[] {390, 1280}) {
      tab.screen(width, 900, "light", false);
      tab.await("document.documentElement.scrollWidth <= innerWidth");
    }
  }

  @Test
  void the_table_sorts_and_turns_its_pages_by_keyboard() throws Exception {
    LiveHistory history = new LiveHistory(FakeRun.info("run"));
    new FakeRun(125).play(history, 0, 130);
    serve(history);
    tab.await(ROWS + " === 50");
    assertThat(tab.evaluate(FIRST_ROW)).contains("orders-501").contains("warming");
    tab.evaluate("document.querySelector('#replicas-head button').focus()");
    tab.press("Enter");
    tab.await(FIRST_ROW + ".includes('orders-2\\t')", TWO_SECONDS, FIRST_ROW);
    String sorted = "document.querySelector('#replicas-head th').getAttribute('aria-sort')";
    assertThat(tab.evaluate(sorted)).isEqualTo("ascending");
    tab.press("Enter");
    tab.await(FIRST_ROW + ".includes('orders-501')", TWO_SECONDS, FIRST_ROW);
    assertThat(tab.evaluate(sorted)).isEqualTo("descending");
    tab.evaluate("document.querySelector('#pages [aria-label=\"Next page\"]').focus()");
    tab.press("Enter");
    tab.await(FIRST_ROW + ".includes('orders-451')", TWO_SECONDS, FIRST_ROW);
  }

  @Test
  void a_line_of_the_list_and_its_marker_light_up_together() throws Exception {
    LiveHistory history = new LiveHistory(FakeRun.info("run"));
    new FakeRun(2).play(history, 0, 130);
    serve(history);
    tab.await(LIST + ".includes('F1')");
    tab.evaluate("document.querySelector('#events li.fault button').focus()");
    tab.await("document.querySelector('#flags .flag.fault').classList.contains('marked')");
    tab.evaluate("document.querySelector('#plot-traffic').focus()");
    tab.await("!document.querySelector('#flags .flag.fault').classList.contains('marked')");
    String offered = "document.querySelector('#chart-traffic .entry b').textContent";
    String latest = tab.evaluate(offered);
    for (int i = 0; i < 5; i++) {
      tab.press("ArrowLeft");
    }
    tab.await(offered + " !== '" + latest + "'", TWO_SECONDS, offered);
  }

  @Test
  void dragging_across_one_chart_zooms_all_and_a_double_click_ends_it() throws Exception {
    LiveHistory history = new LiveHistory(FakeRun.info("run"));
    new FakeRun(2).play(history, 0, 200);
    serve(history);
    tab.await("sinew.plots.shown().max === 200");
    double x = Double.parseDouble(
        tab.evaluate("document.querySelector('#chart-fleet .u-over').getBoundingClientRect().x"));
    double y = Double.parseDouble(tab.evaluate(
            "document.querySelector('#chart-fleet .u-over').getBoundingClientRect().y"))
        + 20;
    tab.mouse("mouseMoved", x + 100, y, 0);
    tab.mouse("mousePressed", x + 100, y, 1);
    tab.mouse("mouseMoved", x + 300, y, 1);
    tab.mouse("mouseReleased", x + 300, y, 1);
    tab.await("sinew.plots.shown().max < 150 && sinew.plots.shown().min > 5");
    tab.mouse("mousePressed", x + 50, y, 2);
    tab.mouse("mouseReleased", x + 50, y, 2);
    tab.await("sinew.plots.shown().max === 200 && sinew.plots.shown().min === 0");
    tab.evaluate("document.getElementById('range-60').click()");
    tab.await("sinew.plots.shown().min === 140");
  }

  @Test
  void the_report_opens_from_disk_and_shows_the_run(@TempDir Path directory) throws Exception {
    LiveHistory history = new LiveHistory(FakeRun.info("run"));
    new FakeRun(8).play(history, 0, FakeRun.SECONDS);
    history.replicas(List.of(FakeRun.row("</script><b>bold</b>")));
    Path file = directory.resolve("report.html");
    Files.writeString(file, ReportHtml.of(history, Map.of("Seed", "7")));
    tab.go(file.toUri().toString());
    tab.await(ROWS + " === 1 && " + CONNECTION + " === 'report'");
    assertThat(tab.evaluate(FIRST_ROW)).contains("</script><b>bold</b>");
    assertThat(tab.evaluate("document.getElementById('summary').innerText"))
        .contains("Calls offered")
        .contains("Seed");
    assertThat(tab.evaluate("document.getElementById('facts').innerText")).contains("1.85.1");
    assertThat(tab.evaluate(LIST)).contains("Scale in").contains("SIGKILL");
    inked("traffic", "ok");
    inked("fleet", "ready");
    inked("latency", "p99");
    assertThat(tab.requests()).allMatch(url -> url.matches("file:.*/report\\.html|data:,"));
  }

  @Test
  void after_a_lost_connection_the_same_run_goes_on_where_it_was() throws Exception {
    LiveHistory history = new LiveHistory(FakeRun.info("run"));
    new FakeRun(2).play(history, 0, 100);
    int port;
    try (FakeServer server = new FakeServer(history, 0)) {
      port = server.port();
      tab.go(server.url());
      tab.await("document.getElementById('events').children.length === 3");
    }
    tab.await("document.body.dataset.connection === 'lost'");
    tab.evaluate("document.querySelector('#events button').focus()");
    new FakeRun(2).play(history, 100, 121);
    try (FakeServer server = new FakeServer(history, port)) {
      assertThat(server.page.watching()).isZero();
      tab.await("document.getElementById('events').children.length === 5");
      tab.await("sinew.plots.shown().max === 121 && " + CONNECTION + " === 'live'");
      assertThat(tab.evaluate("document.activeElement.textContent")).contains("D2");
    }
    tab.await("document.body.dataset.connection === 'lost'");
    tab.forgetComplaints(); // the browser's own, of connections that failed
  }

  private void inked(String chart, String colour) throws InterruptedException {
    tab.await("(" + INKED + ")('" + chart + "', '" + colour + "')");
  }
}
