// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.dashboard.BrowserTab;
import dev.sinew.controller.dashboard.Browsers;
import dev.sinew.controller.dashboard.Chromium;
import dev.sinew.controller.dashboard.ReplicaRow;
import dev.sinew.controller.fleet.ServiceView;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pages of a fleet in a real browser, which must be content with them. */
@Tag("browser")
@Timeout(180)
final class FleetBrowserTest {
  private static final String ROWS = "document.querySelectorAll('#services-body tr').length";
  private static final String FIRST = "document.querySelector('#services-body tr').innerText";
  private static final String NOTICES = "document.getElementById('notices').innerText";

  private static Chromium chromium;
  private BrowserTab tab;

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
    tab.screen(1280, 900, "light", false);
  }

  @AfterEach
  void closeTab() {
    try {
      assertThat(tab.requests())
          .allMatch(url -> url.matches("(http://127\\.0\\.0\\.1:\\d+/.*|data:.*)"));
    } finally {
      tab.close();
    }
  }

  @Test
  void the_overview_shows_every_service_and_those_with_troubles_first() throws Exception {
    FakeFleet fleet = FakeFleet.of(12);
    fleet.put(FakeFleet.with(
        fleet.get("orders-9"), "running", null, List.of("no replica reports"), Double.NaN));
    try (FleetServer server = FleetServer.of(fleet)) {
      server.play(1);
      tab.go(server.url() + "/");
      tab.await(ROWS + " === 12");
      assertThat(tab.evaluate(FIRST)).contains("orders-9").contains("no replica reports");
      assertThat(tab.evaluate("document.getElementById('words').textContent"))
          .startsWith("12 services, 47 of 47 replicas ready,")
          .contains("1 with troubles");
      tab.evaluate("(() => { const f = document.getElementById('filter'); f.value = 'orders-1';"
          + " f.dispatchEvent(new Event('input')); })()");
      tab.await(ROWS + " === 3"); // orders-10, -11, -12
      tab.evaluate("document.querySelector('#services-body a').click()");
      tab.await("location.pathname.startsWith('/services/orders-1')");
      tab.await("document.getElementById('connection').textContent === 'live'");
      assertThat(tab.evaluate("document.getElementById('overview').hidden")).isEqualTo("false");
      assertThat(tab.complaints()).isEmpty();
    }
  }

  @Test
  void a_service_without_client_side_latency_shows_utilization_in_its_place() throws Exception {
    try (FleetServer server = FleetServer.of(FakeFleet.of(1))) {
      server.play(30);
      tab.go(server.url() + "/");
      tab.await("location.pathname === '/services/orders'");
      tab.await("document.getElementById('chart-utilization').clientHeight > 0");
      assertThat(tab.evaluate("document.getElementById('chart-latency').clientHeight"))
          .isEqualTo("0");
      assertThat(tab.evaluate("document.getElementById('words').textContent"))
          .contains("% utilized");
      assertThat(tab.evaluate("document.getElementById('overview').hidden")).isEqualTo("true");
      assertThat(tab.complaints()).isEmpty();
    }
  }

  @Test
  void a_pause_and_a_new_decision_show_on_both_pages_within_seconds() throws Exception {
    FakeFleet fleet = FakeFleet.of(2);
    try (FleetServer server = FleetServer.of(fleet)) {
      server.play(3);
      tab.go(server.url() + "/");
      tab.await(ROWS + " === 2 && document.getElementById('connection').textContent === 'live'");
      fleet.pause(null, new Hold("ann", "release 4.2", Instant.EPOCH));
      server.record(4);
      tab.await(NOTICES + ".includes('All services are paused') && " + NOTICES
          + ".includes('release 4.2')");
      tab.await(FIRST + ".includes('paused')");
      tab.go(server.url() + "/services/orders-2");
      tab.await(NOTICES + ".includes('All services are paused')");
      fleet.resume(null, "ann", "done");
      ServiceView two = FakeFleet.service("orders-2", 7);
      fleet.put(
          FakeFleet.decided(two, FakeFleet.STARTED.plusSeconds(5), 4, 6, "91 % is over 70 %"));
      server.record(5);
      tab.await("document.getElementById('events').innerText.includes('91 % is over 70 %')");
      tab.await(NOTICES + " === ''");
      assertThat(tab.complaints()).isEmpty();
    }
  }

  @Test
  void hostile_names_and_sentences_are_inert() throws Exception {
    String script = "<script>document.title='owned'</script><img src=x onerror=alert(1)>";
    FakeFleet fleet = FakeFleet.of(2);
    ServiceView hostile = FakeFleet.with(
        FakeFleet.service("evil", 1),
        script,
        new Hold(script, "\u202e" + script, Instant.EPOCH),
        List.of(script),
        1);
    fleet.put(
        FakeFleet.rows(hostile, List.of(new ReplicaRow(script, script, 1, 1, 1, 1, 0, script))));
    try (FleetServer server = FleetServer.of(fleet)) {
      server.play(2);
      for (String path : List.of("/", "/services/evil")) {
        tab.go(server.url() + path);
        tab.await("document.body.innerText.includes('onerror=alert(1)')");
        assertThat(tab.evaluate("document.title")).doesNotContain("owned");
        assertThat(tab.evaluate("document.querySelectorAll('body script, body img').length"))
            .isEqualTo("0");
        assertThat(tab.evaluate("document.body.innerText")).doesNotContain("\u202e");
        for (int width : new int[] {390, 1280}) {
          tab.screen(width, 900, "light", false);
          tab.await("document.documentElement.scrollWidth <= innerWidth");
        }
      }
      assertThat(tab.complaints()).isEmpty();
    }
  }

  @Test
  void five_hundred_services_stay_usable() throws Exception {
    FakeFleet fleet = FakeFleet.of(500);
    try (FleetServer server = FleetServer.of(fleet)) {
      server.play(30);
      long began = System.nanoTime();
      tab.go(server.url() + "/");
      tab.await(ROWS + " === 500");
      double shownMillis = (System.nanoTime() - began) / 1e6;
      server.play(31, 33);
      tab.evaluate(
          "(() => { window.busy = 0; new PerformanceObserver(list => {"
              + " for (const e of list.getEntries()) window.busy += e.duration; }).observe({ entryTypes: ['longtask'] }); })()");
      for (int second = 34; second < 38; second++) {
        server.play(second, second);
        long calls = Math.round(fleet.get("orders").callsPerSecond());
        tab.await("document.querySelector('#services-body td.calls span').textContent === '" + calls
            + "'");
        tab.evaluate("new Promise(done => setTimeout(done, 700))"); // a fleet's own pace
      }
      double busy = Double.parseDouble(tab.evaluate("window.busy")) / 4000;
      System.out.printf(
          "overview: services=500 shown_ms=%.0f browser_busy=%.2f%n", shownMillis, busy);
      assertThat(busy)
          .as("long tasks of the browser's main thread, share of a core")
          .isLessThan(0.6);
    }
  }

  @Test
  void a_browser_is_asked_for_the_token_and_then_shows_the_fleet() throws Exception {
    try (FleetServer server = FleetServer.withToken(FakeFleet.of(3), "s3cret", null)) {
      server.play(1);
      tab.go(server.url() + "/");
      tab.await("document.getElementById('token') !== null");
      enter("wrong");
      tab.await("document.getElementById('login-error').textContent === 'This is not the token.'");
      enter("s3cret");
      tab.await(ROWS + " === 3");
      assertThat(tab.evaluate("document.cookie")).isEmpty();
      assertThat(tab.requests()).noneMatch(url -> url.contains("s3cret"));
    }
  }

  private void enter(String token) {
    tab.evaluate("(() => { document.getElementById('token').value = '" + token
        + "'; document.getElementById('login').requestSubmit(); })()");
  }
}
