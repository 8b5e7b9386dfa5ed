// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.api.Notices;
import dev.sinew.controller.dashboard.LiveJson;
import dev.sinew.controller.fleet.FleetView.ControllerView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A fleet as lines of text: the whole in one line, what is unusual, then each service. */
final class StatusText {
  private static final int LONGEST = 300;
  private static final int LEAST_NAME = 8;
  private static final int MOST_NAME = 32;
  private static final JsonMapper JSON = JsonMapper.shared();

  private StatusText() {}

  /** The lines for what the API said of the controller and of its services. */
  static List<String> lines(JsonNode controller, JsonNode services) {
    List<JsonNode> all = new ArrayList<>();
    services.get("services").forEach(all::add);
    List<String> lines = new ArrayList<>();
    lines.add(text(controller, "file") + "   " + whole(all));
    ControllerView view = JSON.treeToValue(controller, ControllerView.class);
    Notices.troubles(view).forEach(trouble -> lines.add("! " + clean(trouble)));
    Notices.notes(view).forEach(note -> lines.add("= " + clean(note)));
    lines.add("");
    int width = all.stream().mapToInt(s -> text(s, "name").length()).max().orElse(LEAST_NAME);
    int name = Math.max(LEAST_NAME, Math.min(MOST_NAME, width));
    lines.add(row(name, "SERVICE", "STATE", "REPLICAS", "CALLS/S", "UTIL", "LAST CHANGE"));
    // Those with troubles first, or a long list would hide them.
    all.sort((a, b) -> Boolean.compare(troubled(b), troubled(a)));
    all.forEach(service -> service(lines, name, service));
    return lines;
  }

  private static void service(List<String> lines, int name, JsonNode service) {
    lines.add(row(
        name,
        text(service, "name"),
        text(service, "state"),
        String.format(
            Locale.ROOT,
            "%d of %d (%d-%d)",
            service.get("ready").asInt(),
            service.get("desired").asInt(),
            service.get("min").asInt(),
            service.get("max").asInt()),
        number(service.get("callsPerSecond"), 1, ""),
        number(service.get("utilization"), 100, " %"),
        change(service.get("lastDecision"))));
    service.get("troubles").forEach(trouble -> lines.add("  ! " + clean(trouble.asString())));
    JsonNode held = service.get("hold");
    if (!held.isNull()) {
      Hold hold = JSON.treeToValue(held, Hold.class);
      lines.add("  = paused since " + seconds(hold.since()) + " by " + clean(hold.by()) + ": "
          + clean(hold.why()));
    }
  }

  private static String whole(List<JsonNode> services) {
    int ready = services.stream().mapToInt(s -> s.get("ready").asInt()).sum();
    int desired = services.stream().mapToInt(s -> s.get("desired").asInt()).sum();
    long troubled = services.stream().filter(StatusText::troubled).count();
    return String.format(
        Locale.ROOT,
        "%d %s, %d of %d replicas ready, %s",
        services.size(),
        services.size() == 1 ? "service" : "services",
        ready,
        desired,
        troubled == 0 ? "no troubles" : troubled + " with troubles");
  }

  private static boolean troubled(JsonNode service) {
    return !service.get("troubles").isEmpty() || text(service, "state").equals("failed");
  }

  private static String change(JsonNode decision) {
    if (decision.isNull()) {
      return "none yet";
    }
    JsonNode reasons = decision.get("reasons");
    String why = reasons.isEmpty() ? "" : text(reasons.get(reasons.size() - 1), "because");
    return decision.get("from").asInt() + " → " + decision.get("to").asInt() + " at "
        + seconds(Instant.parse(text(decision, "at"))) + " " + why;
  }

  private static String row(
      int name,
      String service,
      String state,
      String replicas,
      String calls,
      String load,
      String change) {
    return String.format(
        Locale.ROOT,
        "%-" + name + "s  %-8s %-14s %9s %6s  %s",
        service,
        state,
        replicas,
        calls,
        load,
        change);
  }

  private static Instant seconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS);
  }

  /** Unknown is a dash, never 0. */
  private static String number(JsonNode value, double scale, String unit) {
    return value == null || value.isNull()
        ? "-"
        : String.format(Locale.ROOT, "%.0f%s", value.asDouble() * scale, unit);
  }

  private static String text(JsonNode node, String name) {
    return clean(node.get(name).asString());
  }

  /** Names and reasons come from outside; a terminal obeys control characters. */
  private static String clean(String text) {
    return LiveJson.clean(text, LONGEST);
  }
}
