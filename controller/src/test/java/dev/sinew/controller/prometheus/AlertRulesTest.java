// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class AlertRulesTest {
  private static final Path DOCS = Path.of("../docs/alerts.md");
  private static final Path CASES = Path.of("src/test/resources/dev/sinew/controller/prometheus");

  @TempDir
  Path folder;

  private static List<JsonNode> rules(String text) {
    List<JsonNode> rules = new ArrayList<>();
    Fleets.tree(text).path("groups").forEach(group -> group.path("rules").forEach(rules::add));
    return rules;
  }

  private List<JsonNode> alerts() {
    return rules(Fleets.text()).stream().filter(rule -> rule.has("alert")).toList();
  }

  @Test
  void services_with_the_same_target_share_a_rule() {
    assertThat(Fleets.text())
        .contains("""
                  - record: service:sinew_target:value
                    labels: {metric: utilization, target: "0.7"}
                    expr: 0.7 * group by (service) (sinew_replicas_max{service=~"invoices[.]eu|orders"})
            """)
        .contains("expr: 100 * group by (service) (sinew_replicas_max{service=~\"orders\"})");
  }

  @Test
  void a_service_with_an_objective_of_its_own_is_none_of_the_others() {
    assertThat(Fleets.text()).contains("""
                  - record: service:sinew_slo:budget
                    labels: {slo: availability, of: others, objective: "99.9%"}
                    expr: 0.001 * group by (service) (service:sinew_slo_total:rate5m{slo="availability", service!~"invoices[.]eu"})
                  - record: service:sinew_slo:budget
                    labels: {slo: availability, of: own, objective: "99%"}
                    expr: 0.01 * group by (service) (service:sinew_slo_total:rate5m{slo="availability", service=~"invoices[.]eu"})
            """);
  }

  @Test
  void a_thousand_services_have_as_many_rules_as_two() {
    String service = """
          service-%d:
            target: {process: {command: [java]}}
            replicas: {min: 2, max: 8}
            scale: [{metric: utilization, target: 70%%}, {metric: requests-per-replica, target: 100/s}]
        """;
    String thousand = IntStream.range(0, 1000)
        .mapToObj(service::formatted)
        .collect(Collectors.joining("", "services:\n", ""));
    AlertRules rules =
        new AlertRules(List.of(Objective.parse("99.9%")), List.of(Objective.parse("99%")), 6, "x");

    assertThat(rules(rules.text(Fleets.read(folder, thousand))))
        .hasSameSizeAs(rules(rules.text(Fleets.read(folder, Fleets.TWO))));
  }

  @Test
  void each_alert_says_how_bad_it_is_what_happens_and_where_to_read_on() {
    assertThat(alerts()).hasSizeGreaterThan(15).allSatisfy(alert -> {
      assertThat(alert.path("labels").path("severity").asString()).isIn("critical", "warning");
      JsonNode annotations = alert.path("annotations");
      assertThat(annotations.propertyNames()).containsExactly("summary", "description", "runbook");
      String anchor = name(alert).toLowerCase(Locale.ROOT);
      assertThat(annotations.path("runbook").asString()).isEqualTo("docs/alerts.md#" + anchor);
      if (!name(alert).equals("SinewControllerDown")) {
        assertThat(annotations.path("description").asString()).contains("{{ $value");
      }
    });
  }

  @Test
  void rules_and_docs_know_the_same_alerts_and_each_section_says_what_to_do() throws IOException {
    String docs = Files.readString(DOCS);
    List<String> sections = Fleets.found(docs, "(?m)(?<=^## )\\w+");

    assertThat(sections)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            alerts().stream().map(AlertRulesTest::name).distinct().toList());
    Stream.of(docs.split("(?m)^## "))
        .skip(1)
        .forEach(section -> assertThat(section).contains("**Means.**", "**Look.**", "**Do.**"));
  }

  @Test
  void rules_and_docs_ask_only_for_metrics_that_are_shown() throws IOException {
    assertThat(Fleets.unknownMetrics(Fleets.text())).isEmpty();
    assertThat(Fleets.unknownMetrics(Files.readString(DOCS))).isEmpty();
  }

  @Test
  void each_alert_has_a_case_where_it_comes_and_one_where_it_does_not() throws IOException {
    StringBuilder cases = new StringBuilder();
    try (Stream<Path> files = Files.list(CASES)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        cases.append(Files.readString(file));
      }
    }
    for (JsonNode alert : alerts()) {
      String name = name(alert);
      assertThat(Fleets.found(cases, "alertname: " + name + "\n.*\n +exp_alerts:\n"))
          .as("%s comes", name)
          .isNotEmpty();
      // A budget burns for one service and not for the others of the same case.
      if (!name.equals("SinewBudgetBurn")) {
        assertThat(Fleets.found(cases, "alertname: " + name + ",.* exp_alerts: \\[\\]"))
            .as("%s does not come", name)
            .isNotEmpty();
      }
    }
  }

  @Test
  void what_cannot_be_watched_is_refused() {
    List<Objective> one = List.of(Objective.parse("99%"));
    List<Objective> none = List.of(Objective.parse("orders=99%"));

    assertThatThrownBy(() -> new AlertRules(none, one, 6, "x"))
        .hasMessage("--slo: 0 for every service (expected: one as 99.9%)");
    assertThatThrownBy(() -> new AlertRules(one, List.of(one.get(0), one.get(0)), 6, "x"))
        .hasMessage("--latency-slo: 2 for every service (expected: one as 99.9%)");
    assertThatThrownBy(() -> new AlertRules(one, one, 0, "x"))
        .hasMessage("--flapping: 0 (expected: 1 to 1000)");
    assertThatThrownBy(() -> new AlertRules(one, one, 6, "{{ .Secret }}"))
        .hasMessageStartingWith("--runbook: ");
    AlertRules unknown =
        new AlertRules(List.of(one.get(0), Objective.parse("orders.us=99%")), one, 6, "x");
    assertThatThrownBy(() -> unknown.text(Fleets.read(folder, Fleets.TWO)))
        .hasMessage("--slo: orders.us (expected: a service of the fleet file)");
  }

  private static String name(JsonNode alert) {
    return alert.path("alert").asString();
  }
}
