// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.system;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.controller.config.system.SignalConfig.Source;
import dev.sinew.controller.config.yaml.Section;
import dev.sinew.controller.config.yaml.Units;
import dev.sinew.controller.config.yaml.Value;
import dev.sinew.prometheus.PrometheusQueries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code signals} of a service: one source, or a list of them. */
public final class SignalsReader {
  private static final List<String> SOURCES = List.of("orca", "prometheus", "haproxy");
  private static final List<String> NAMES = List.of("sinew", "grpc", "micrometer", "envoy");
  private static final Pattern QUERY = Pattern.compile("(?s)[^\\p{Cntrl}&&[^\\n\\t]]{1,10000}");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration WINDOW = Duration.ofSeconds(20);
  private static final int FRESH_INTERVALS = 3;

  private final Map<String, Metric> metrics;
  private final boolean prometheus;
  private final boolean door;

  /**
   * For one service.
   *
   * @param metrics by their names in a fleet file
   * @param prometheus whether the file names a Prometheus server
   * @param door whether the service has a door in HAProxy
   */
  public SignalsReader(Map<String, Metric> metrics, boolean prometheus, boolean door) {
    this.metrics = metrics;
    this.prometheus = prometheus;
    this.door = door;
  }

  /** The sources, each once; ORCA if none is named. */
  public List<SignalConfig> read(Section service) {
    Value value = service.get("signals");
    if (value == null) {
      return List.of(new SignalConfig(
          Source.ORCA, SECOND, Duration.ofSeconds(15), Duration.ZERO, "", Map.of()));
    }
    List<SignalConfig> sources = new ArrayList<>();
    Set<Source> seen = EnumSet.noneOf(Source.class);
    for (Value item : value.each(1, SOURCES.size(), "sources")) {
      Section section =
          item.section(List.of("source", "interval", "freshness", "window", "names", "queries"));
      Source source = Source.valueOf(section.word("source", SOURCES).toUpperCase(Locale.ROOT));
      if (!seen.add(source)) {
        section.place("source").error("each source once");
        continue;
      }
      sources.add(read(section, source));
    }
    return sources;
  }

  private SignalConfig read(Section section, Source source) {
    boolean asked = source == Source.PROMETHEUS;
    for (String key : List.of("window", "names", "queries")) {
      if (!asked && section.has(key)) {
        section.place(key).error("no such key, unless source is prometheus");
      }
    }
    if (asked && !prometheus) {
      String expected = "prometheus: {address: \"http://127.0.0.1:9090\"} at the top of the file";
      section.place("source").error("prometheus", expected);
    }
    if (source == Source.HAPROXY && !door) {
      section.place("source").error("haproxy", "haproxy: {} of this service, its door");
    }
    Duration standard = asked ? Duration.ofSeconds(2) : SECOND;
    Duration interval = section.duration("interval", SECOND, HOUR, standard);
    return new SignalConfig(
        source,
        interval,
        freshness(section, source, interval),
        asked ? section.duration("window", SECOND, HOUR, WINDOW) : Duration.ZERO,
        asked ? section.word("names", NAMES) : "",
        asked ? queries(section) : Map.of());
  }

  private static Duration freshness(Section section, Source source, Duration interval) {
    Duration standard = Duration.ofSeconds(source == Source.HAPROXY ? 5 : 15);
    Duration freshness = section.duration("freshness", SECOND, Duration.ofMinutes(5), standard);
    Value place = section.place("freshness");
    if (freshness.compareTo(interval) <= 0) {
      place.error(Units.text(freshness), "more than the interval " + Units.text(interval));
    } else if (freshness.compareTo(interval.multipliedBy(FRESH_INTERVALS)) < 0) {
      String expected = FRESH_INTERVALS + " intervals of " + Units.text(interval)
          + " or more, as one late report is no reason for doubt";
      place.warn(Units.text(freshness), expected);
    }
    return freshness;
  }

  private Map<Metric, String> queries(Section section) {
    Map<Metric, String> queries = new EnumMap<>(Metric.class);
    List<String> names = metrics.keySet().stream().sorted().toList();
    Section own = section.section("queries", names);
    for (String name : names) {
      Value query = own.get(name);
      Metric metric = metrics.get(name);
      if (query != null && metric != null) {
        String text = query.text(QUERY, "a query in PromQL, up to 10000 characters", "");
        if (!text.isEmpty()) {
          read(query, metric, text, queries);
        }
      }
    }
    return queries;
  }

  private static void read(Value query, Metric metric, String text, Map<Metric, String> queries) {
    try {
      PrometheusQueries unused = PrometheusQueries.of("any", WINDOW).with(metric, text);
      queries.put(metric, text);
    } catch (IllegalArgumentException e) {
      query.error(String.valueOf(e.getMessage()));
    }
  }
}
