// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.explain;

import dev.sinew.autoscaler.demand.Demand;
import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.decisions.LogRecord.Event;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An explanation for programs. Times are ISO instants; what is unknown is null. */
public final class ExplanationJson {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ExplanationJson() {}

  /** One JSON object. */
  public static String text(Explanation why) {
    ObjectNode root = JSON.createObjectNode();
    ScaleDecision decision = why.decided().decision();
    Replicas replicas = why.decided().situation().replicas();
    root.put("service", why.service());
    root.put("number", why.number());
    root.put("since", text(why.since()));
    root.put("asOf", text(why.until()));
    root.put("decidedAt", text(decision.at()));
    root.put("from", decision.from());
    root.put("to", decision.to());
    root.put("proposed", decision.proposed());
    root.put("dryRun", why.decided().dryRun());
    root.put("failure", why.failure());
    for (Replica.State state : Replica.State.values()) {
      String name = state.name().toLowerCase(Locale.ROOT);
      root.put(name, why.decided().brief() ? null : (Integer) replicas.in(state).size());
    }
    ArrayNode asked = root.putArray("asked");
    why.demands().forEach(demand -> write(asked.addObject(), demand));
    write(root.putArray("reasons"), decision.reasons());
    Hold hold = why.decided().situation().hold();
    if (hold == null) {
      root.putNull("hold");
    } else {
      root.putObject("hold")
          .put("by", hold.by())
          .put("why", hold.why())
          .put("since", text(hold.since()));
    }
    Outlook outlook = why.outlook();
    if (outlook == null) {
      root.putNull("next");
    } else {
      root.putObject("next").put("at", text(outlook.at())).put("to", outlook.to());
    }
    root.put("settings", why.settings() == null ? null : why.settings().digest());
    ArrayNode changes = root.putArray("changes");
    why.changes().forEach(change -> write(changes.addObject(), change));
    ArrayNode events = root.putArray("events");
    why.events().forEach(event -> write(events.addObject(), event));
    ArrayNode unread = root.putArray("unread");
    why.unread().forEach(unread::add);
    return root.toString();
  }

  private static void write(ObjectNode node, Demand demand) {
    node.put("rule", demand.rule());
    node.put("replicas", demand.known() ? (Integer) demand.replicas() : null);
    node.put("needed", demand.known() ? (Double) demand.needed() : null);
    demand.missing().forEach(node.putArray("unknownOf")::add);
    node.put("because", demand.because());
  }

  private static void write(ObjectNode node, Change change) {
    node.put("at", text(change.at())).put("from", change.from()).put("to", change.to());
    node.put("dryRun", change.dryRun());
    node.put("failure", change.failure().isEmpty() ? null : change.failure());
    write(node.putArray("reasons"), change.reasons());
  }

  private static void write(ObjectNode node, Event event) {
    node.put("at", text(event.at())).put("kind", event.kind().name().toLowerCase(Locale.ROOT));
    node.put("by", event.by().isEmpty() ? null : event.by());
    node.put("text", event.text());
  }

  static void write(ArrayNode array, List<Reason> reasons) {
    for (Reason reason : reasons) {
      array
          .addObject()
          .put("rule", reason.rule())
          .put("before", reason.before())
          .put("after", reason.after())
          .put("because", reason.because());
    }
  }

  private static @Nullable String text(@Nullable Instant at) {
    return at == null ? null : at.toString();
  }
}
