// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class DashboardTest {
  private static final int WIDTH = 24;

  @Test
  void every_panel_has_its_own_place() throws IOException {
    Set<Integer> ids = new HashSet<>();
    Set<Integer> cells = new HashSet<>();
    for (JsonNode panel : Dashboard.read().root().path("panels")) {
      String title = panel.path("title").asString();
      assertThat(ids.add(panel.path("id").asInt())).as(title).isTrue();
      JsonNode at = panel.path("gridPos");
      assertThat(at.path("x").asInt() + at.path("w").asInt()).as(title).isBetween(1, WIDTH);
      for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
        for (int x = at.path("x").asInt();
            x < at.path("x").asInt() + at.path("w").asInt();
            x++) {
          assertThat(cells.add(y * WIDTH + x)).as(title).isTrue();
        }
      }
    }
    assertThat(ids).hasSizeGreaterThan(20);
  }

  @Test
  void every_panel_says_what_it_shows_and_asks_the_chosen_server() throws IOException {
    for (JsonNode panel : Dashboard.read().panels()) {
      assertThat(panel.path("description").asString()).isNotEmpty();
      assertThat(panel.path("targets").size()).isPositive();
      for (JsonNode target : panel.path("targets")) {
        assertThat(target.path("datasource").path("uid").asString()).isEqualTo("${datasource}");
      }
    }
  }

  @Test
  void every_query_follows_the_chosen_services_and_asks_for_what_is_shown() throws IOException {
    List<String> recorded = new ArrayList<>();
    for (JsonNode group : Fleets.tree(Fleets.text()).path("groups")) {
      group.path("rules").forEach(rule -> recorded.add(rule.path("record").asString("")));
    }
    for (Dashboard.Query query : Dashboard.read().queries()) {
      if (!query.text().contains("ALERTS")) {
        assertThat(query.text()).as(query.panel()).contains("service=~\"$service\"");
      }
      assertThat(Fleets.unknownMetrics(query.text())).as(query.panel()).isEmpty();
      Fleets.found(query.text(), "service:sinew_\\w+(:\\w+)?")
          .forEach(name -> assertThat(recorded).as(query.panel()).contains(name));
    }
  }
}
