// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.prometheus;

import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.FleetFile;
import dev.sinew.controller.metrics.FleetMetrics;
import dev.sinew.metrics.MetricSpec;
import dev.sinew.metrics.SinewMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Fleet files for tests. */
final class Fleets {
  /** Two services, the one that the rules' tests in the resources speak of. */
  static final String TWO = """
      services:
        orders:
          target: {process: {command: [java]}}
          replicas: {min: 2, max: 8}
          scale: [{metric: utilization, target: 70%}, {metric: requests-per-replica, target: 100/s}]
        invoices.eu:
          target: {process: {command: [java]}}
          replicas: {min: 2, max: 4}
          scale: [{metric: utilization, target: 70%}]
      """;

  private Fleets() {}

  static FleetConfig read(Path folder, String text) {
    try {
      return read(Files.writeString(folder.resolve("fleet.yaml"), text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FleetConfig read(Path file) {
    FleetFile read = FleetFile.check(file, Map.of());
    if (read.config() == null) {
      throw new AssertionError(read.problems().toString());
    }
    return read.config();
  }

  /** What a YAML text holds. */
  static JsonNode tree(String yaml) {
    Object loaded = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return new JsonMapper().valueToTree(loaded);
  }

  /** Rules with the objectives that the rules' tests in the resources speak of. */
  static AlertRules rules() {
    return new AlertRules(
        List.of(Objective.parse("99.9%"), Objective.parse("invoices.eu=99%")),
        List.of(Objective.parse("99%")),
        6,
        "docs/alerts.md");
  }

  /** The rules of {@link #TWO}. */
  static String text() {
    try {
      Path folder = Files.createTempDirectory("sinew-fleet");
      String text = rules().text(read(folder, TWO));
      Files.delete(folder.resolve("fleet.yaml"));
      Files.delete(folder);
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The metrics in a text that neither a server, a channel nor the controller shows. */
  static List<String> unknownMetrics(String text) {
    Set<String> shown = Stream.concat(
            SinewMetrics.catalogue().stream(), FleetMetrics.catalogue().stream())
        .map(MetricSpec::name)
        .collect(Collectors.toSet());
    return found(text, "(?<![:\\w])sinew_\\w+").stream()
        .map(name -> name.replaceFirst("_bucket$", ""))
        .filter(name -> !shown.contains(name))
        .distinct()
        .toList();
  }

  static List<String> found(CharSequence text, String regex) {
    return Pattern.compile(regex)
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .toList();
  }
}
