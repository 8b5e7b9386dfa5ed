// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.controller.dashboard.ReplicaRow;
import dev.sinew.controller.fleet.DecisionView;
import dev.sinew.controller.fleet.FleetView.ControllerView;
import dev.sinew.controller.fleet.ServiceView;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The answers of the API as JSON; what is unknown is null, never 0. */
final class ApiJson {
  private static final JsonMapper JSON = JsonMapper.shared();

  private ApiJson() {}

  static byte[] services(List<ServiceView> services) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode all = root.putArray("services");
    services.forEach(service -> summary(all.addObject(), service));
    return JSON.writeValueAsBytes(root);
  }

  static byte[] service(ServiceView service) {
    ObjectNode root = JSON.createObjectNode();
    summary(root, service);
    ArrayNode rows = root.putArray("replicas");
    service.replicas().forEach(row -> replica(rows.addObject(), row));
    return JSON.writeValueAsBytes(root);
  }

  static byte[] decisions(String service, List<DecisionView> decisions) {
    ObjectNode root = JSON.createObjectNode().put("service", service);
    ArrayNode all = root.putArray("decisions");
    decisions.forEach(decision -> decision(all.addObject(), decision));
    return JSON.writeValueAsBytes(root);
  }

  static byte[] controller(ControllerView view) {
    ObjectNode root = JSON.createObjectNode()
        .put("version", view.version())
        .put("startedAt", view.startedAt().toString())
        .put("file", view.file())
        .put("fileLoadedAt", view.fileLoadedAt().toString());
    texts(root.putArray("fileProblems"), view.fileProblems());
    hold(root, view.hold());
    root.put("dryRun", view.dryRun())
        .put("epoch", view.epoch())
        .put("logFailures", view.logFailures());
    texts(root.putArray("troubles"), view.troubles());
    return JSON.writeValueAsBytes(root);
  }

  /** What a request to pause or to resume has done. */
  static byte[] done(@Nullable String service, boolean held) {
    ObjectNode root = JSON.createObjectNode().put("service", service).put("held", held);
    return JSON.writeValueAsBytes(root);
  }

  private static void summary(ObjectNode to, ServiceView service) {
    to.put("name", service.name())
        .put("state", service.state())
        .put("min", service.min())
        .put("max", service.max())
        .put("desired", service.desired())
        .put("ready", service.ready())
        .put("starting", service.starting())
        .put("draining", service.draining());
    number(to, "callsPerSecond", service.callsPerSecond());
    number(to, "errorsPerSecond", service.errorsPerSecond());
    number(to, "inFlight", service.inFlight());
    number(to, "utilization", service.utilization());
    to.put("reporting", service.reporting());
    hold(to, service.hold());
    DecisionView last = service.lastDecision();
    if (last == null) {
      to.putNull("lastDecision");
    } else {
      decision(to.putObject("lastDecision"), last);
    }
    texts(to.putArray("now"), service.now());
    texts(to.putArray("troubles"), service.troubles());
  }

  private static void decision(ObjectNode to, DecisionView decision) {
    to.put("at", decision.at().toString())
        .put("from", decision.from())
        .put("to", decision.to())
        .put("proposed", decision.proposed())
        .put("ready", decision.ready());
    ArrayNode reasons = to.putArray("reasons");
    for (Reason reason : decision.reasons()) {
      reasons
          .addObject()
          .put("rule", reason.rule())
          .put("before", reason.before())
          .put("after", reason.after())
          .put("because", reason.because());
    }
  }

  private static void replica(ObjectNode to, ReplicaRow row) {
    to.put("id", row.id()).put("state", row.state());
    number(to, "ageSeconds", row.ageSeconds());
    number(to, "shareOfCalls", row.shareOfCalls());
    number(to, "inFlight", row.inFlight());
    number(to, "utilization", row.utilization());
    number(to, "withheldShare", row.withheldShare());
    to.put("withheldWhy", row.withheldWhy());
  }

  private static void hold(ObjectNode to, @Nullable Hold hold) {
    if (hold == null) {
      to.putNull("hold");
    } else {
      to.putObject("hold")
          .put("by", hold.by())
          .put("why", hold.why())
          .put("since", hold.since().toString());
    }
  }

  private static void number(ObjectNode to, String name, double value) {
    if (Double.isFinite(value)) {
      to.put(name, value);
    } else {
      to.putNull(name);
    }
  }

  private static void texts(ArrayNode to, List<String> texts) {
    texts.forEach(to::add);
  }
}
