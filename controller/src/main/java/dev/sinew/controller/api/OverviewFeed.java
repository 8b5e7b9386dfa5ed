// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import dev.sinew.controller.dashboard.LiveJson;
import dev.sinew.controller.dashboard.LiveStream;
import dev.sinew.controller.fleet.DecisionView;
import dev.sinew.controller.fleet.FleetView.ControllerView;
import dev.sinew.controller.fleet.ServiceView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The overview as a stream: all rows at first, then those that changed, once a second. A row's line of the
 * last ten minutes comes along only when it has grown.
 */
final class OverviewFeed implements LiveStream.Source {
  private static final int LONGEST_NAME = 120;
  private static final int LONGEST_TEXT = 400;
  private static final int MOST_SENTENCES = 3;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final FleetHistories fleet;
  private Map<String, Sent> sent = new HashMap<>();
  private List<String> sentNames = List.of();
  private String sentHead = "";
  private boolean turn;

  OverviewFeed(FleetHistories fleet) {
    this.fleet = fleet;
  }

  @Override
  public LiveStream.Greeting greet(boolean others) {
    List<ServiceHistory.Row> rows = fleet.rows();
    ObjectNode head = head();
    String news = others ? news(head, rows) : null;
    remember(head, rows);
    return new LiveStream.Greeting(news, all(head, rows));
  }

  @Override
  public @Nullable String news() {
    turn = !turn;
    if (!turn) {
      return null;
    }
    List<ServiceHistory.Row> rows = fleet.rows();
    ObjectNode head = head();
    String news = news(head, rows);
    remember(head, rows);
    return news;
  }

  private @Nullable String news(ObjectNode head, List<ServiceHistory.Row> rows) {
    if (!names(rows).equals(sentNames)) {
      return all(head, rows);
    }
    ObjectNode root = JSON.createObjectNode();
    if (!head.toString().equals(sentHead)) {
      root.set("controller", head);
    }
    ArrayNode changed = root.putArray("services");
    for (ServiceHistory.Row row : rows) {
      Sent before = sent.get(row.service().name());
      if (before == null || !before.row.equals(row.service()) || before.period != row.period()) {
        changed.add(row(row, before == null || before.period != row.period()));
      }
    }
    return changed.isEmpty() && !root.has("controller") ? null : root.toString();
  }

  private static String all(ObjectNode head, List<ServiceHistory.Row> rows) {
    ObjectNode root = JSON.createObjectNode().put("all", true);
    root.set("controller", head);
    ArrayNode services = root.putArray("services");
    rows.forEach(row -> services.add(row(row, true)));
    return root.toString();
  }

  private void remember(ObjectNode head, List<ServiceHistory.Row> rows) {
    sentHead = head.toString();
    sentNames = names(rows);
    sent = new HashMap<>();
    rows.forEach(row -> sent.put(row.service().name(), new Sent(row.service(), row.period())));
  }

  private ObjectNode head() {
    ObjectNode head = JSON.createObjectNode();
    ControllerView view = fleet.controller();
    if (view != null) {
      head.put("file", LiveJson.clean(view.file(), LONGEST_TEXT))
          .put("version", LiveJson.clean(view.version(), LONGEST_NAME))
          .put("startedAt", view.startedAt().toString());
      texts(head.putArray("troubles"), Notices.troubles(view));
      texts(head.putArray("notes"), Notices.notes(view));
    }
    return head;
  }

  private static ObjectNode row(ServiceHistory.Row row, boolean withLine) {
    ServiceView service = row.service();
    ObjectNode to = JSON.createObjectNode();
    to.put("name", LiveJson.clean(service.name(), LONGEST_NAME))
        .put("state", LiveJson.clean(service.state(), LONGEST_NAME))
        .put("min", service.min())
        .put("max", service.max())
        .put("desired", service.desired())
        .put("ready", service.ready())
        .put("draining", service.draining());
    number(to, "calls", service.callsPerSecond());
    number(to, "errors", service.errorsPerSecond());
    number(to, "utilization", service.utilization());
    DecisionView last = service.lastDecision();
    if (last != null) {
      to.putObject("last")
          .put("at", last.at().toString())
          .put("from", last.from())
          .put("to", last.to())
          .put("text", LiveJson.clean(ServiceHistory.sentence(last), LONGEST_TEXT));
    }
    texts(to.putArray("notes"), Notices.notes(service));
    texts(to.putArray("troubles"), service.troubles());
    if (withLine) {
      ArrayNode line = to.putArray("line");
      for (double value : row.line()) {
        if (Double.isFinite(value)) {
          line.add(rounded(value));
        } else {
          line.addNull();
        }
      }
    }
    return to;
  }

  private static void number(ObjectNode to, String name, double value) {
    if (Double.isFinite(value)) {
      to.put(name, rounded(value));
    } else {
      to.putNull(name);
    }
  }

  /** Three digits after the point are more than a person reads. */
  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static void texts(ArrayNode to, List<String> texts) {
    texts.stream()
        .limit(MOST_SENTENCES)
        .forEach(text -> to.add(LiveJson.clean(text, LONGEST_TEXT)));
    if (texts.size() > MOST_SENTENCES) {
      to.add("and " + (texts.size() - MOST_SENTENCES) + " more");
    }
  }

  private static List<String> names(List<ServiceHistory.Row> rows) {
    List<String> names = new ArrayList<>(rows.size());
    rows.forEach(row -> names.add(row.service().name()));
    return names;
  }

  private record Sent(ServiceView row, long period) {}
}
