// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.prometheus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard for Grafana, as it is shipped. */
record Dashboard(JsonNode root) {
  private static final Path FILE = Path.of("../packaging/grafana/sinew.json");

  static Dashboard read() throws IOException {
    return new Dashboard(new JsonMapper().readTree(Files.readString(FILE)));
  }

  /** All but the rows' titles. */
  List<JsonNode> panels() {
    List<JsonNode> panels = new ArrayList<>();
    root.path("panels").forEach(panel -> {
      if (!panel.path("type").asString().equals("row")) {
        panels.add(panel);
      }
    });
    return panels;
  }

  /** Every query, with a panel's title before it. */
  List<Query> queries() {
    List<Query> queries = new ArrayList<>();
    for (JsonNode panel : panels()) {
      panel
          .path("targets")
          .forEach(target -> queries.add(
              new Query(panel.path("title").asString(), target.path("expr").asString())));
    }
    return queries;
  }

  /**
   * One query.
   *
   * @param panel the title of its panel
   * @param text PromQL with Grafana's variables
   */
  record Query(String panel, String text) {
    /** As Grafana would ask for all services. */
    String forAll() {
      return text.replace("$service", ".*").replace("$__rate_interval", "10s");
    }
  }
}
