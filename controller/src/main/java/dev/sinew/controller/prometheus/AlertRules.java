// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinew.Expect;
import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.ServiceConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Recording and alerting rules for the services of a fleet file.
 *
 * <p>All services share the same rules. What differs between them, targets and objectives, is recorded
 * as series, one rule for each value that occurs.
 *
 * @param availability the share of calls that shall not fail; one for all others, and any for a service
 * @param latency the share of calls that shall be within their latency objective, likewise
 * @param flapping how often in an hour a number may go both up and down, 1 to 1000
 * @param runbook where the pages to look at are, as {@code docs/alerts.md}
 */
public record AlertRules(
    List<Objective> availability, List<Objective> latency, int flapping, String runbook) {
  /** Nothing that would need quotes in YAML, or would be a template's. */
  private static final String PLACE = "[A-Za-z0-9._~:/?&=%+-]{1,500}";

  private static final Map<Metric, String> METRICS = new EnumMap<>(Map.of(
      Metric.UTILIZATION, "utilization",
      Metric.CPU, "cpu",
      Metric.MEMORY, "memory",
      Metric.CALLS_PER_SECOND, "requests-per-replica",
      Metric.IN_FLIGHT, "in-flight"));

  /** Checks every part and copies the lists. */
  public AlertRules {
    availability = List.copyOf(availability);
    latency = List.copyOf(latency);
    checkOnce("--slo", availability);
    checkOnce("--latency-slo", latency);
    Expect.that(flapping >= 1 && flapping <= 1000, "--flapping", flapping, "1 to 1000");
    Expect.that(runbook.matches(PLACE), "--runbook", runbook, "an address without spaces");
  }

  private static void checkOnce(String name, List<Objective> objectives) {
    long others = objectives.stream().filter(o -> o.service().isEmpty()).count();
    long services = objectives.stream().map(Objective::service).distinct().count();
    Expect.that(others == 1, name, others + " for every service", "one as 99.9%");
    Expect.that(
        services == objectives.size(),
        name,
        objectives.size() + " objectives",
        "each service once");
  }

  /**
   * The whole file, for Prometheus 2.42 or newer.
   *
   * @throws IllegalArgumentException if an objective is of a service that the fleet does not have
   */
  public String text(FleetConfig fleet) {
    checkKnown("--slo", availability, fleet);
    checkKnown("--latency-slo", latency, fleet);
    StringBuilder out = new StringBuilder("""
        # Rules for the services of a fleet, for Prometheus 2.42 or newer. Written by `sinew prometheus rules`;
        # write it again when the fleet file changes. Check it with `promtool check rules FILE`.
        groups:
          # What a replica of each service shall bear, from the fleet file.
          - name: sinew-targets
            interval: 30s
            rules:
        """);
    targets(fleet.services().values())
        .forEach((metric, values) -> values.forEach((value, services) -> record(
            out,
            "service:sinew_target:value",
            "{metric: " + metric + ", target: \"" + value.toPlainString() + "\"}",
            value.toPlainString() + " * group by (service) (sinew_replicas_max{service=~\""
                + names(services) + "\"})")));
    out.append("""

          # The share of calls that may be bad.
          - name: sinew-budgets
            interval: 30s
            rules:
        """);
    budgets(out, "availability", availability);
    budgets(out, "latency", latency);
    return out.append('\n').append(common()).toString();
  }

  private static void checkKnown(String name, List<Objective> objectives, FleetConfig fleet) {
    for (Objective objective : objectives) {
      String service = objective.service();
      boolean known = service.isEmpty() || fleet.services().containsKey(service);
      Expect.that(known, name, service, "a service of the fleet file");
    }
  }

  private static Map<String, Map<BigDecimal, TreeSet<String>>> targets(
      Collection<ServiceConfig> services) {
    Map<String, Map<BigDecimal, TreeSet<String>>> targets = new TreeMap<>();
    for (ServiceConfig service : services) {
      for (Target target : service.policy().targets()) {
        String metric = Objects.requireNonNull(METRICS.get(target.metric()));
        BigDecimal value = BigDecimal.valueOf(target.perReplica()).stripTrailingZeros();
        targets
            .computeIfAbsent(metric, name -> new TreeMap<>())
            .computeIfAbsent(value, any -> new TreeSet<>())
            .add(service.name());
      }
    }
    return targets;
  }

  private static void budgets(StringBuilder out, String slo, List<Objective> objectives) {
    TreeSet<String> named = objectives.stream()
        .map(Objective::service)
        .filter(service -> !service.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
    Map<BigDecimal, List<Objective>> byShare = objectives.stream()
        .filter(objective -> !objective.service().isEmpty())
        .collect(Collectors.groupingBy(
            o -> o.percent().stripTrailingZeros(), TreeMap::new, Collectors.toList()));
    for (Objective objective : objectives) {
      if (objective.service().isEmpty()) {
        String others = named.isEmpty() ? "" : ", service!~\"" + names(named) + "\"";
        budget(out, slo, "others", objective, others);
      }
    }
    byShare.values().forEach(same -> {
      List<String> services = same.stream().map(Objective::service).sorted().toList();
      budget(out, slo, "own", same.get(0), ", service=~\"" + names(services) + "\"");
    });
  }

  private static void budget(
      StringBuilder out, String slo, String of, Objective objective, String services) {
    record(
        out,
        "service:sinew_slo:budget",
        "{slo: " + slo + ", of: " + of + ", objective: \"" + objective.percent() + "%\"}",
        objective.budget() + " * group by (service) (service:sinew_slo_total:rate5m{slo=\"" + slo
            + "\"" + services + "})");
  }

  private static void record(StringBuilder out, String name, String labels, String expression) {
    out.append("      - record: ").append(name).append('\n');
    out.append("        labels: ").append(labels).append('\n');
    out.append("        expr: ").append(expression).append('\n');
  }

  /** An alternative of names that are letters, digits, dots, dashes and underscores. */
  private static String names(Collection<String> services) {
    return services.stream().map(name -> name.replace(".", "[.]")).collect(Collectors.joining("|"));
  }

  private String common() {
    try (InputStream in = AlertRules.class.getResourceAsStream("rules.yml")) {
      String text = new String(Objects.requireNonNull(in, "rules.yml").readAllBytes(), UTF_8);
      return text.replace("${flapping}", Integer.toString(flapping)).replace("${runbook}", runbook);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
