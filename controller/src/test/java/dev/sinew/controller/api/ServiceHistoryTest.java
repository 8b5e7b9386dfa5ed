// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.policy.Hold;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ServiceHistoryTest {
  private final FakeFleet fleet = FakeFleet.of(2);
  private final FleetHistories histories = new FleetHistories();
  private final OverviewFeed feed = new OverviewFeed(histories);

  @Test
  void who_knows_nothing_is_told_all_and_then_only_what_changed() {
    record(1);
    JsonNode all = JsonMapper.shared().readTree(feed.greet(false).hello());
    assertThat(all.get("all").booleanValue()).isTrue();
    assertThat(all.get("services")).hasSize(2);
    assertThat(news()).isNull();
    fleet.put(FakeFleet.with(fleet.get("orders-2"), "running", null, List.of(), 77));
    record(2);
    JsonNode changed = Objects.requireNonNull(news());
    assertThat(changed.get("services")).hasSize(1);
    assertThat(changed.get("services").get(0).get("name").stringValue()).isEqualTo("orders-2");
    assertThat(changed.get("services").get(0).get("calls").doubleValue()).isEqualTo(77);
    assertThat(changed.has("controller")).isFalse();
  }

  @Test
  void those_who_watch_already_are_told_up_to_the_newcomers_moment() {
    record(1);
    feed.greet(false);
    fleet.put(FakeFleet.with(fleet.get("orders"), "running", null, List.of(), 5));
    record(2);
    assertThat(feed.greet(true).news()).contains("\"calls\":5.0");
    assertThat(news()).isNull();
  }

  @Test
  void a_service_that_comes_or_goes_is_told_with_all_others() {
    record(1);
    feed.greet(false);
    fleet.remove("orders");
    record(2);
    JsonNode all = Objects.requireNonNull(news());
    assertThat(all.get("all").booleanValue()).isTrue();
    assertThat(all.get("services")).hasSize(1);
    assertThat(histories.of("orders")).isNull();
    assertThat(histories.only()).isEqualTo("orders-2");
  }

  @Test
  void what_is_unknown_is_null_and_never_zero() {
    fleet.put(FakeFleet.with(fleet.get("orders"), "running", null, List.of(), Double.NaN));
    record(1);
    JsonNode row =
        JsonMapper.shared().readTree(feed.greet(false).hello()).get("services").get(0);
    assertThat(row.get("calls").isNull()).isTrue();
  }

  @Test
  void decisions_pauses_and_troubles_become_events_once() {
    record(1);
    fleet.put(FakeFleet.decided(
        fleet.get("orders"), FakeFleet.STARTED.plusSeconds(2), 3, 5, "91 % is over 70 %"));
    record(2);
    record(3);
    fleet.pause("orders", new Hold("ann", "release", FakeFleet.STARTED));
    record(4);
    fleet.resume("orders", "ann", "done");
    record(5);
    fleet.put(FakeFleet.with(fleet.get("orders"), "running", null, List.of("silent"), 1));
    record(6);
    record(7);
    assertThat(told("orders"))
        .containsSubsequence("91 % is over 70 %", "by ann: release", "Resumed", "silent")
        .containsOnlyOnce("91 % is over 70 %")
        .contains("\"label\":\"D1\"")
        .doesNotContain("\"label\":\"D2\"")
        .contains("\"label\":\"F1\"")
        .doesNotContain("\"label\":\"F2\"");
  }

  @Test
  void a_clock_that_is_set_back_does_not_stop_the_charts() {
    record(100);
    record(101);
    record(10);
    record(11);
    assertThat(told("orders")).contains("\"at\":[100,101,102,103]");
  }

  @Test
  void many_services_share_the_memory_of_fifty() {
    FakeFleet many = FakeFleet.of(500);
    FleetHistories all = new FleetHistories();
    all.record(many, FakeFleet.STARTED);
    for (int second = 1; second <= 700; second++) {
      all.record(FakeFleet.of(1), FakeFleet.STARTED.plusSeconds(second));
    }
    int points = told(all, "orders").split("\"at\":\\[", 2)[1].split("]", 2)[0].split(",").length;
    assertThat(points).isBetween(360, 400);
  }

  private void record(int second) {
    histories.record(fleet, FakeFleet.STARTED.plusSeconds(second));
  }

  /** The next word but one: every second tick is silent. */
  private @org.jspecify.annotations.Nullable JsonNode news() {
    String first = feed.news();
    String said = first == null ? feed.news() : first;
    return said == null ? null : JsonMapper.shared().readTree(said);
  }

  private String told(String service) {
    return told(histories, service);
  }

  private static String told(FleetHistories histories, String service) {
    var history = Objects.requireNonNull(histories.of(service));
    return dev.sinew.controller.dashboard.ReportHtml.of(history, java.util.Map.of())
        .replaceAll("(?s).*<script id=\"data\" type=\"application/json\">(.*?)</script>.*", "$1");
  }

  @Test
  void the_line_of_the_last_ten_minutes_grows_by_means_of_ten_seconds() {
    RecentLine line = new RecentLine();
    for (int second = 0; second < 25; second++) {
      line.add(second < 10 ? 10 : Double.NaN, second);
    }
    assertThat(line.values()[RecentLine.LENGTH - 2]).isEqualTo(10);
    assertThat(line.values()[RecentLine.LENGTH - 1]).isNaN();
    line.add(7, 10_000_000);
    assertThat(line.values()).containsOnly(Double.NaN);
  }
}
