// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a scrape in text shows. */
record Scrape(String text) {
  static Scrape of(PrometheusRegistry registry) {
    byte[] body = new Exposition(registry).answer(null, null).body();
    return new Scrape(new String(body, StandardCharsets.UTF_8));
  }

  /** The value of a series, as {@code name{label="x"}}; NaN if it has no sample. */
  double value(String series) {
    return lines().stream()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(Double.NaN);
  }

  /** The series of a metric, without their values. */
  List<String> series(String name) {
    return lines().stream()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .toList();
  }

  /** All names that have a sample or a description. */
  List<String> lines() {
    return text.lines().toList();
  }
}
