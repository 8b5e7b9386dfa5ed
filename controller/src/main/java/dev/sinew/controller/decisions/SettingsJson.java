// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.Bounds;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.Stabilization;
import dev.sinew.autoscaler.policy.StepLimits;
import dev.sinew.autoscaler.policy.StepLimits.Step;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** What a policy follows, as JSON; what is read equals what was written. */
final class SettingsJson {
  private SettingsJson() {}

  static void write(JsonGenerator json, PolicySettings policy) {
    json.writeObjectPropertyStart("policy");
    json.writeNumberProperty("min", policy.bounds().min());
    json.writeNumberProperty("max", policy.bounds().max());
    json.writeArrayPropertyStart("targets");
    for (Target target : policy.targets()) {
      json.writeStartArray().writeString(target.metric().name());
      SignalRows.number(json, target.perReplica());
      if (!target.origin().equals(Signal.DIRECT)) {
        json.writeString(target.origin());
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeStringProperty("outWindow", policy.stabilization().outWindow().toString());
    json.writeStringProperty("inWindow", policy.stabilization().inWindow().toString());
    write(json, "outStep", policy.steps().out());
    write(json, "inStep", policy.steps().in());
    json.writeStringProperty("freshness", policy.freshness().toString());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String name, Step step) {
    json.writeArrayPropertyStart(name).writeNumber(step.replicas());
    SignalRows.number(json, step.share());
    json.writeString(step.period().toString()).writeEndArray();
  }

  static PolicySettings read(JsonNode node) {
    List<Target> targets = new ArrayList<>();
    for (JsonNode target : node.path("targets")) {
      Metric metric = Metric.valueOf(target.path(0).stringValue());
      JsonNode origin = target.path(2);
      targets.add(new Target(
          metric,
          target.path(1).doubleValue(),
          origin.isMissingNode() ? Signal.DIRECT : origin.stringValue()));
    }
    return new PolicySettings(
        new Bounds(node.path("min").intValue(), node.path("max").intValue()),
        targets,
        new Stabilization(time(node.path("outWindow")), time(node.path("inWindow"))),
        new StepLimits(step(node.path("outStep")), step(node.path("inStep"))),
        time(node.path("freshness")));
  }

  private static Step step(JsonNode node) {
    return new Step(node.path(0).intValue(), node.path(1).doubleValue(), time(node.path(2)));
  }

  private static Duration time(JsonNode node) {
    return Duration.parse(node.stringValue());
  }
}
