// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.explain;

import dev.sinew.Expect;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.explain.Replay.Difference;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a replay found, for people and for programs. */
public final class ReplayText {
  private static final int MOST_SHOWN = 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ReplayText() {}

  /**
   * The count, the first 20 differences and the count of the rest.
   *
   * @param by what was decided by, as {@code the logged settings}
   */
  public static List<String> lines(String service, Replay replay, String by, Moment moment) {
    List<String> lines = new ArrayList<>();
    lines.add(service + ": " + replay.situations() + " situations decided again by " + by + ", "
        + (replay.differing() == 0 ? "all alike" : replay.differing() + " differ"));
    for (Difference difference : replay.differences().stream().limit(MOST_SHOWN).toList()) {
      ScaleDecision logged = difference.logged();
      ScaleDecision redecided = difference.redecided();
      lines.add("  " + moment.show(logged.at()) + "  " + numbers(logged) + " was logged, "
          + numbers(redecided) + " is decided now");
      difference.gone().forEach(reason -> lines.add("    logged  " + text(reason)));
      difference.added().forEach(reason -> lines.add("    now     " + text(reason)));
      if (!logged.victims().equals(redecided.victims())) {
        lines.add("    others would leave");
      }
    }
    if (replay.differing() > MOST_SHOWN) {
      lines.add("  and " + (replay.differing() - MOST_SHOWN) + " more");
    }
    if (replay.incomplete() > 0) {
      lines.add("  " + replay.incomplete() + " more were not logged completely");
    }
    replay.unread().forEach(remark -> lines.add("  " + remark));
    return lines;
  }

  private static String numbers(ScaleDecision decision) {
    return decision.from() + " → " + decision.to();
  }

  private static String text(Reason reason) {
    return reason.rule() + " " + reason.before() + " → " + reason.after() + ": "
        + Expect.printable(reason.because());
  }

  /** One JSON object, with the first 1000 differences. */
  public static String json(String service, Replay replay, String by) {
    ObjectNode root = JSON.createObjectNode();
    root.put("service", service).put("by", by).put("situations", replay.situations());
    root.put("differing", replay.differing()).put("incomplete", replay.incomplete());
    ArrayNode differences = root.putArray("differences");
    for (Difference difference : replay.differences()) {
      ObjectNode node = differences.addObject();
      node.put("at", difference.logged().at().toString());
      write(node.putObject("logged"), difference.logged());
      write(node.putObject("redecided"), difference.redecided());
    }
    ArrayNode unread = root.putArray("unread");
    replay.unread().forEach(unread::add);
    return root.toString();
  }

  private static void write(ObjectNode node, ScaleDecision decision) {
    node.put("from", decision.from()).put("to", decision.to());
    node.put("proposed", decision.proposed());
    decision.victims().forEach(node.putArray("victims")::add);
    ExplanationJson.write(node.putArray("reasons"), decision.reasons());
  }
}
