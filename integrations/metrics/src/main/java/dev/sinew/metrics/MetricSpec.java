// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import dev.sinew.Expect;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One metric as it is documented and exposed.
 *
 * @param name in full, as a query names it: {@code sinew_}, words in lower case, the unit, and {@code
 *     _total} or {@code _info} where its kind ends so
 * @param unit of its values, as {@code seconds}, {@code ratio} (1 is all) or what is counted
 * @param labels by name; every one of them has a value
 * @param meaning one sentence
 */
public record MetricSpec(String name, Kind kind, String unit, List<String> labels, String meaning) {
  private static final Pattern NAME = Pattern.compile("sinew(_[a-z]+)+");
  private static final Pattern LABEL = Pattern.compile("[a-z]+");

  /** Checks names. */
  public MetricSpec {
    labels = List.copyOf(labels);
    Expect.that(NAME.matcher(name).matches(), "metric", name, "sinew_ and words in lower case");
    Expect.that(
        name.endsWith("_total") == (kind == Kind.COUNTER)
            && name.endsWith("_info") == (kind == Kind.INFO),
        "metric",
        name,
        "_total for a counter, _info for an info");
    for (String label : labels) {
      Expect.that(LABEL.matcher(label).matches(), "label", label, "a word in lower case");
    }
  }

  /** A metric of a kind that this class knows no shorter way to say. */
  static MetricSpec of(Kind kind, String name, String unit, String meaning, String... labels) {
    return new MetricSpec(name, kind, unit, List.of(labels), meaning);
  }

  /** A number that only grows. */
  public static MetricSpec counter(String name, String unit, String meaning, String... labels) {
    return of(Kind.COUNTER, name, unit, meaning, labels);
  }

  /** A number that goes up and down. */
  public static MetricSpec gauge(String name, String unit, String meaning, String... labels) {
    return of(Kind.GAUGE, name, unit, meaning, labels);
  }

  /** A constant 1 whose labels say something. */
  public static MetricSpec info(String name, String meaning, String... labels) {
    return of(Kind.INFO, name, "", meaning, labels);
  }

  /** The name without what the client library appends by itself. */
  String baseName() {
    return name.replaceFirst("(_total|_info)$", "");
  }

  String[] labelNames() {
    return labels.toArray(String[]::new);
  }

  /** What kind of metric it is. */
  public enum Kind {
    /** Only grows. */
    COUNTER,
    /** Goes up and down. */
    GAUGE,
    /** Counts by size: classic buckets, and native ones where they are scraped. */
    HISTOGRAM,
    /** A constant 1. */
    INFO;

    /** In lower case. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
