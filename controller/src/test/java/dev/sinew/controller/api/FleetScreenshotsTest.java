// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.dashboard.BrowserTab;
import dev.sinew.controller.dashboard.Browsers;
import dev.sinew.controller.dashboard.Chromium;
import dev.sinew.controller.fleet.FleetView.ControllerView;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Takes pictures to look at: {@code -Dtest=FleetScreenshotsTest -Dsinew.screenshots=DIRECTORY}. */
@Tag("screenshots")
@EnabledIfSystemProperty(named = "sinew.screenshots", matches = ".+")
final class FleetScreenshotsTest {
  private final Path directory = Path.of(System.getProperty("sinew.screenshots", "."));

  @Test
  void overview_service_and_login_at_two_widths_in_both_themes() throws Exception {
    FakeFleet fleet = FakeFleet.of(14);
    fleet.put(FakeFleet.with(
        fleet.get("orders-3"),
        "running",
        null,
        List.of("2 of 5 replicas have sent no load report for 30 s: the number stays."),
        410));
    fleet.put(FakeFleet.with(
        fleet.get("orders-5"),
        "paused",
        new Hold("ann@desk", "release 4.2", FakeFleet.STARTED),
        List.of(),
        Double.NaN));
    fleet.controller(new ControllerView(
        "0.1.0",
        FakeFleet.STARTED,
        "fleet.yaml",
        FakeFleet.STARTED,
        List.of("fleet.yaml:14:9 services.orders.replicas.max: 2 (expected: ≥ min 3)", "another"),
        null,
        true,
        7,
        0,
        List.of()));
    try (Chromium chromium = Browsers.start();
        BrowserTab tab = chromium.open();
        FleetServer server = FleetServer.of(fleet);
        FleetServer guarded = FleetServer.withToken(FakeFleet.of(1), "secret", null);
        FleetServer many = FleetServer.of(FakeFleet.of(500))) {
      server.play(700);
      many.play(30);
      screens(
          tab,
          server.url() + "/",
          "overview",
          "document.querySelectorAll('#services-body tr').length > 10");
      screens(
          tab,
          server.url() + "/services/orders-3",
          "service",
          "document.querySelectorAll('#replicas-body tr').length > 0");
      screens(tab, guarded.url() + "/", "login", "document.getElementById('token') !== null");
      screens(
          tab,
          many.url() + "/",
          "many",
          "document.querySelectorAll('#services-body tr').length === 500");
    }
    assertThat(directory).isNotEmptyDirectory();
  }

  private void screens(BrowserTab tab, String url, String name, String ready) throws Exception {
    for (int width : new int[] {390, 1280}) {
      for (String theme : new String[] {"light", "dark"}) {
        tab.screen(width, width < 600 ? 844 : 900, theme, false);
        tab.go(url);
        tab.await(ready);
        tab.evaluate("new Promise(done => setTimeout(done, 300))");
        int height = Integer.parseInt(tab.evaluate("document.documentElement.scrollHeight"));
        tab.screen(width, Math.min(height, 2400), theme, false);
        tab.evaluate("new Promise(done => setTimeout(done, 200))");
        tab.picture(directory.resolve(name + "-" + width + "-" + theme + ".png"), false);
      }
    }
  }
}
