// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.Bounds;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.Stabilization;
import dev.sinew.autoscaler.policy.StepLimits;
import dev.sinew.autoscaler.policy.StepLimits.Step;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.controller.config.system.SignalConfig;
import dev.sinew.controller.config.yaml.Section;
import dev.sinew.controller.config.yaml.Units;
import dev.sinew.controller.config.yaml.Value;
import dev.sinew.process.ProcessScaleTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what the number of a service follows: replicas, scale, behavior and signals. */
final class PolicyReader {
  private static final Map<String, Metric> METRICS = Map.of(
      "utilization", Metric.UTILIZATION,
      "cpu", Metric.CPU,
      "memory", Metric.MEMORY,
      "requests-per-replica", Metric.CALLS_PER_SECOND,
      "in-flight", Metric.IN_FLIGHT);
  private static final List<String> NAMES =
      List.of("utilization", "cpu", "memory", "requests-per-replica", "in-flight");
  private static final double TIGHT = 0.9;
  private static final int MOST_REPLICAS = ProcessScaleTarget.LARGEST_FLEET;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration SHORTEST_PERIOD = Duration.ofMillis(1);
  private static final Duration CALM = Duration.ofSeconds(60);

  private final Section service;
  private final boolean backup;

  /**
   * For one service.
   *
   * @param backup whether others take its calls if it is gone
   */
  PolicyReader(Section service, boolean backup) {
    this.service = service;
    this.backup = backup;
  }

  /** Every metric that a number may follow, by its name in a file. */
  static Map<String, Metric> metrics() {
    return METRICS;
  }

  /** The policy; of use only if the file has no error. */
  PolicySettings read(List<SignalConfig> signals) {
    Bounds bounds = bounds();
    List<Target> targets = targets(signals);
    Section behavior = service.section("behavior", List.of("scale-out", "scale-in"));
    Section out = behavior.section("scale-out", List.of("window", "step"));
    Section in = behavior.section("scale-in", List.of("window", "step"));
    StepLimits steps = new StepLimits(
        step(out, StepLimits.defaults().out()), step(in, StepLimits.defaults().in()));
    return new PolicySettings(bounds, targets, stabilization(out, in), steps, longest(signals));
  }

  /** Each source leaves out what is older than its own bound; the rules need one for all. */
  private static Duration longest(List<SignalConfig> signals) {
    return signals.stream()
        .map(SignalConfig::freshness)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ofSeconds(15));
  }

  private Bounds bounds() {
    Value value = service.require("replicas", "{min: 2, max: 8}");
    if (value == null) {
      return new Bounds(1, MOST_REPLICAS);
    }
    Section replicas = value.section(List.of("min", "max"));
    replicas.require("min", "the least number of replicas");
    replicas.require("max", "the largest number of replicas");
    int min = replicas.whole("min", 1, MOST_REPLICAS, 0);
    int max = replicas.whole("max", 1, MOST_REPLICAS, 0);
    if (min == 0 || max == 0) {
      return new Bounds(1, MOST_REPLICAS); // Nobody uses it: what is wrong has been reported.
    }
    if (max < min) {
      replicas.place("max").error("≥ min " + min);
      return new Bounds(1, MOST_REPLICAS);
    }
    if (min == max) {
      replicas.place("max").warn("> min " + min + ", or the number never changes");
    }
    if (min == 1 && max > 1 && !backup) {
      replicas.place("min").warn("≥ 2, as one replica has nobody to take over");
    }
    return new Bounds(min, max);
  }

  private List<Target> targets(List<SignalConfig> signals) {
    List<Target> targets = new ArrayList<>();
    Set<Metric> metrics = EnumSet.noneOf(Metric.class);
    Value value = service.require("scale", "a list as [{metric: utilization, target: 70%}]");
    if (value != null) {
      String what = "targets, as [{metric: utilization, target: 70%}]";
      for (Value item : value.items(1, NAMES.size(), what)) {
        readTarget(item.section(List.of("metric", "target")), metrics, targets, signals);
      }
    }
    if (metrics.equals(EnumSet.of(Metric.MEMORY)) && value != null) {
      value.warn("memory only", "a second metric, as a JVM rarely gives memory back");
    }
    // Nobody uses it: that there is none has been reported.
    return targets.isEmpty() ? List.of(Target.utilization(TIGHT)) : targets;
  }

  private static void readTarget(
      Section item, Set<Metric> metrics, List<Target> targets, List<SignalConfig> signals) {
    Value named = item.require("metric", "one of " + String.join(", ", NAMES));
    Value target = item.require("target", "70%, 200/s or 32");
    Metric metric = named == null ? null : METRICS.get(named.word(NAMES, ""));
    if (named == null || target == null || metric == null) {
      return;
    }
    if (!metrics.add(metric)) {
      named.error("each metric once");
      return;
    }
    Target direct = new Target(metric, perReplica(metric, target));
    List<Target> told = signals.stream()
        .filter(source -> source.tells().contains(metric))
        .map(source -> direct.from(source.source().origin()))
        .toList();
    if (told.isEmpty() && !signals.isEmpty()) {
      named.error("a metric that a source of signals tells: " + offered(signals));
    }
    targets.addAll(told);
  }

  private static String offered(List<SignalConfig> signals) {
    return NAMES.stream()
        .filter(
            name -> signals.stream().anyMatch(source -> source.tells().contains(METRICS.get(name))))
        .collect(Collectors.joining(", "));
  }

  private static double perReplica(Metric metric, Value target) {
    switch (metric) {
      case CALLS_PER_SECOND -> {
        return target.perSecond(0.001, 1e9, 1);
      }
      case IN_FLIGHT -> {
        return target.number(0.001, 1e9, 1);
      }
      default -> {
        double share = target.share(0.01, 1, TIGHT);
        if (share > TIGHT && metric != Metric.MEMORY) {
          target.warn("90% or less, as a new replica takes time to come");
        }
        return share;
      }
    }
  }

  private static Stabilization stabilization(Section out, Section in) {
    Duration outWindow = out.duration("window", Duration.ZERO, HOUR, Duration.ZERO);
    Duration inWindow = in.duration("window", Duration.ZERO, HOUR, Duration.ofMinutes(5));
    if (inWindow.compareTo(CALM) < 0) {
      in.place("window").warn("60s or more, or the number follows each short lull");
    }
    if (outWindow.compareTo(inWindow) > 0) {
      String expected = "at most that of scale-in, " + Units.text(inWindow)
          + ", or load is followed down sooner than up";
      out.place("window").warn(Units.text(outWindow), expected);
    }
    return new Stabilization(outWindow, inWindow);
  }

  /** What a step does not name is the least, so that it is as small as it says. */
  private static Step step(Section way, Step standard) {
    Value value = way.get("step");
    if (value == null) {
      return standard;
    }
    Section step = value.section(List.of("replicas", "share", "period"));
    if (value.isMapping() && !step.has("replicas") && !step.has("share")) {
      step.require("replicas", "a number of replicas, or share: 10%");
    }
    return new Step(
        step.whole("replicas", 1, MOST_REPLICAS, 1),
        step.share("share", 0, 10, 0),
        step.duration("period", SHORTEST_PERIOD, HOUR, standard.period()));
  }
}
