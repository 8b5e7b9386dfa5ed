// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.metrics.MetricSpec;
import dev.sinew.metrics.SinewMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/metrics.md} against the code; with {@code -Dsinew.renew=true} it writes the tables. */
final class MetricsDocTest {
  private static final Path FILE = Path.of("..", "docs", "metrics.md");
  private static final String BEGIN = "<!-- tables: made from the code -->\n";
  private static final String END = "<!-- end of tables -->\n";

  @Test
  void the_tables_are_those_of_the_code() throws IOException {
    String text = Files.readString(FILE);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    assertThat(begin).as(BEGIN).isPositive();
    assertThat(end).as(END).isGreaterThan(begin);
    String renewed = text.substring(0, begin) + BEGIN + tables() + text.substring(end);
    if (Boolean.getBoolean("sinew.renew")) {
      Files.writeString(FILE, renewed);
      return;
    }
    assertThat(text)
        .as("docs/metrics.md; renew it: mvn -pl controller -am test -Dtest=MetricsDocTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dsinew.renew=true")
        .isEqualTo(renewed);
  }

  @Test
  void each_name_is_there_once_and_ends_in_its_unit() {
    Set<String> names = new HashSet<>();
    List<MetricSpec> all = List.of(SinewMetrics.catalogue(), FleetMetrics.catalogue()).stream()
        .flatMap(List::stream)
        .toList();
    for (MetricSpec metric : all) {
      assertThat(names.add(metric.name())).as(metric.name()).isTrue();
      assertThat(metric.name().contains("_seconds"))
          .as(metric.name())
          .isEqualTo(metric.unit().equals("seconds"));
      assertThat(metric.name().endsWith("_ratio"))
          .as(metric.name())
          .isEqualTo(metric.unit().equals("ratio"));
      assertThat(metric.meaning()).as(metric.name()).endsWith(".").doesNotContain("|");
    }
    assertThat(all).hasSize(34);
  }

  private static String tables() {
    List<MetricSpec> both = SinewMetrics.catalogue();
    return table("A server", both, "sinew_server_")
        + table("A channel", both, "sinew_client_")
        + table("The controller", FleetMetrics.catalogue(), "sinew_");
  }

  private static String table(String title, List<MetricSpec> metrics, String prefix) {
    StringBuilder text = new StringBuilder("\n## " + title + "\n\n")
        .append("| name | type | labels | unit | meaning |\n|---|---|---|---|---|\n");
    metrics.stream()
        .filter(metric -> metric.name().startsWith(prefix))
        .forEach(metric -> text.append("| `")
            .append(metric.name())
            .append("` | ")
            .append(metric.kind().word())
            .append(" | ")
            .append(String.join(", ", metric.labels()))
            .append(" | ")
            .append(metric.unit())
            .append(" | ")
            .append(metric.meaning())
            .append(" |\n"));
    return text.append('\n').toString();
  }
}
