// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One moment of a demo, as text.
 *
 * @param atSeconds since the fleet was started
 * @param endSeconds when the load ends
 * @param offered calls due in the last second
 * @param ok calls answered since the start
 * @param failed calls failed since the start
 * @param p50Millis of the calls that ended in the last second; NaN if none did
 * @param p99Millis likewise
 * @param ready replicas that serve
 * @param desired replicas asked for
 * @param rates calls offered in each past second, oldest first
 * @param counts replicas ready in each past second, oldest first
 * @param replicas one line each
 * @param decision the latest decision as a sentence, or empty
 * @param events what happened, oldest first
 */
record ScreenModel(
    double atSeconds,
    double endSeconds,
    long offered,
    long ok,
    long failed,
    double p50Millis,
    double p99Millis,
    int ready,
    int desired,
    List<Double> rates,
    List<Double> counts,
    List<String> replicas,
    String decision,
    List<String> events) {

  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final int EVENTS = 5;

  /** One line for a log. */
  String line() {
    String text = String.format(
        Locale.ROOT,
        "%s offered %d/s ok %d failed %d p50 %s p99 %s ready %d/%d",
        clock(atSeconds),
        offered,
        ok,
        failed,
        millis(p50Millis),
        millis(p99Millis),
        ready,
        desired);
    return decision.isEmpty() ? text : text + " | " + decision;
  }

  /** The whole screen, each line at most so many columns wide. */
  List<String> screen(int columns) {
    List<String> lines = new ArrayList<>();
    int chart = Math.max(10, Math.min(60, columns - 34));
    lines.add(
        String.format(Locale.ROOT, "sinew demo   %s of %s", clock(atSeconds), clock(endSeconds)));
    lines.add("");
    lines.add(pad("calls offered", offered + "/s") + sparkline(rates, chart));
    lines.add(pad("replicas ready", ready + " of " + desired) + sparkline(counts, chart));
    lines.add(pad("latency", "p50 " + millis(p50Millis) + "  p99 " + millis(p99Millis)));
    lines.add(
        pad("answered", Long.toString(ok)) + (failed == 0 ? "none failed" : failed + " FAILED"));
    lines.add("");
    lines.addAll(replicas);
    lines.add("");
    lines.add("last decision: " + (decision.isEmpty() ? "none yet" : decision));
    events.stream()
        .skip(Math.max(0, events.size() - EVENTS))
        .forEach(event -> lines.add("  " + event));
    return lines.stream().map(line -> cut(line, columns)).toList();
  }

  /** The latest values as bars, scaled to their own maximum. */
  static String sparkline(List<Double> values, int width) {
    List<Double> shown = values.subList(Math.max(0, values.size() - width), values.size());
    double max = shown.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    StringBuilder bars = new StringBuilder();
    for (double value : shown) {
      int height = max <= 0 ? 0 : (int) Math.round(value / max * (BARS.length() - 1));
      bars.append(BARS.charAt(Math.max(0, Math.min(BARS.length() - 1, height))));
    }
    return bars.toString();
  }

  static String clock(double seconds) {
    long whole = (long) Math.max(0, seconds);
    return String.format(Locale.ROOT, "%02d:%02d", whole / 60, whole % 60);
  }

  private static String millis(double millis) {
    return Double.isNaN(millis) ? "-" : String.format(Locale.ROOT, "%.0f ms", millis);
  }

  private static String pad(String name, String value) {
    return String.format(Locale.ROOT, "%-15s %-17s ", name, value);
  }

  private static String cut(String line, int columns) {
    return line.length() <= columns ? line : line.substring(0, Math.max(1, columns - 1)) + "…";
  }
}
