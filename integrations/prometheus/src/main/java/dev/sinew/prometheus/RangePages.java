// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import dev.sinew.prometheus.http.Failure;
import dev.sinew.prometheus.http.UnusableAnswerException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Collects the pages of a range query on one grid of times.
 *
 * <p>A value's place follows from its time, so pages cannot double an edge, and what no page tells stays
 * a gap.
 */
final class RangePages {
  private final long fromMillis;
  private final long stepMillis;
  private final int points;
  private final long mostValues;
  private final Map<Map<String, String>, double[]> series = new LinkedHashMap<>();

  /**
   * Nothing yet.
   *
   * @param points on the grid
   * @param mostValues of all series together
   */
  RangePages(Instant from, Duration step, int points, long mostValues) {
    this.fromMillis = from.toEpochMilli();
    this.stepMillis = step.toMillis();
    this.points = points;
    this.mostValues = mostValues;
  }

  /** Takes the page of the places from {@code first} to before {@code end}. */
  void add(byte[] body, int first, int end) throws UnusableAnswerException {
    Set<Map<String, String>> ofPage = new HashSet<>();
    String type = AnswerReader.read(body, element -> {
      AnswerReader.require(element.path("metric").isObject(), "a series without labels");
      if (!element.has("values")) {
        throw new UnusableAnswerException(
            Failure.WRONG_TYPE, "histograms where numbers are needed");
      }
      Map<String, String> labels = labels(element.path("metric"));
      if (!ofPage.add(labels)) {
        throw new UnusableAnswerException(Failure.DUPLICATE, "two series with the same labels");
      }
      fill(grid(labels), element.path("values"), first, end);
    });
    if (!type.equals("matrix")) {
      throw new UnusableAnswerException(Failure.WRONG_TYPE, "a matrix is needed");
    }
  }

  /** All series that had a value on any page. */
  List<Series> series() {
    List<Series> all = new ArrayList<>();
    series.forEach((labels, values) -> all.add(new Series(
        labels, Instant.ofEpochMilli(fromMillis), Duration.ofMillis(stepMillis), values)));
    return List.copyOf(all);
  }

  private double[] grid(Map<String, String> labels) throws UnusableAnswerException {
    double[] grid = series.get(labels);
    if (grid == null) {
      if ((series.size() + 1L) * points > mostValues) {
        throw new UnusableAnswerException(
            Failure.TOO_LARGE,
            "more than " + mostValues + " values; ask for less or a larger step");
      }
      grid = new double[points];
      Arrays.fill(grid, Double.NaN);
      series.put(labels, grid);
    }
    return grid;
  }

  private void fill(double[] grid, JsonNode values, int first, int end)
      throws UnusableAnswerException {
    AnswerReader.require(values.isArray(), "values that are no array");
    int before = first - 1;
    for (JsonNode pair : values) {
      AnswerReader.require(pair.isArray() && pair.size() == 2, "a value without its time");
      double millis = AnswerReader.seconds(pair.get(0)) * 1e3 - fromMillis;
      long place = Math.round(millis / stepMillis);
      boolean onGrid = Math.abs(millis - (double) place * stepMillis) <= 1;
      AnswerReader.require(
          onGrid && place > before && place < end, "a value at a time that was not asked for");
      double value = AnswerReader.number(pair.get(1));
      grid[(int) place] = Double.isInfinite(value) ? Double.NaN : value;
      before = (int) place;
    }
  }

  private static Map<String, String> labels(JsonNode metric) throws UnusableAnswerException {
    Map<String, String> labels = new TreeMap<>();
    for (Map.Entry<String, JsonNode> label : metric.properties()) {
      labels.put(label.getKey(), AnswerReader.text(label.getValue()));
    }
    return labels;
  }
}
