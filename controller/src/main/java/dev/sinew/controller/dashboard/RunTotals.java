// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Sums and extremes of a run, from every point as it came: down-sampling does not touch them. */
final class RunTotals {
  /** A gap longer than this is missing knowledge, not a long period. */
  private static final double LONGEST_PERIOD_SECONDS = 5;

  private final double sloMillis;
  private double lastSeconds;
  private double offered;
  private double ok;
  private double failed;
  private double unknownSeconds;
  private double peakOffered = Double.NaN;
  private double peakOfferedAt;
  private double worstP99 = Double.NaN;
  private double worstP99At;
  private double secondsOverSlo;
  private double secondsWithLatency;
  private double replicaSeconds;
  private int mostReplicas;
  private int decisions;
  private int faults;

  RunTotals(double sloMillis) {
    this.sloMillis = sloMillis;
  }

  void add(LivePoint point) {
    double gap = point.atSeconds() - lastSeconds;
    double seconds = Math.min(gap, LONGEST_PERIOD_SECONDS);
    lastSeconds = point.atSeconds();
    unknownSeconds += gap - seconds;
    if (Double.isNaN(point.offered())) {
      unknownSeconds += seconds;
    }
    offered += sum(point.offered(), seconds);
    ok += sum(point.ok(), seconds);
    failed += sum(point.failed(), seconds);
    int replicas = point.ready() + point.warming() + point.draining();
    replicaSeconds += replicas * seconds;
    mostReplicas = Math.max(mostReplicas, replicas);
    if (point.offered() > peakOffered || Double.isNaN(peakOffered)) {
      peakOffered = point.offered();
      peakOfferedAt = point.atSeconds();
    }
    addLatency(point, seconds);
  }

  private void addLatency(LivePoint point, double seconds) {
    if (Double.isNaN(point.p99Millis())) {
      return;
    }
    secondsWithLatency += seconds;
    if (point.p99Millis() > sloMillis) {
      secondsOverSlo += seconds;
    }
    if (point.p99Millis() > worstP99 || Double.isNaN(worstP99)) {
      worstP99 = point.p99Millis();
      worstP99At = point.atSeconds();
    }
  }

  void add(LiveEvent event) {
    decisions += event.kind() == LiveEvent.Kind.DECISION ? 1 : 0;
    faults += event.kind() == LiveEvent.Kind.FAULT ? 1 : 0;
  }

  /** Name and value, in the order to show them. */
  Map<String, String> lines() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("Duration", duration(lastSeconds));
    lines.put("Calls offered", count(offered));
    lines.put("Calls succeeded", count(ok) + share(ok, offered));
    lines.put("Calls failed", count(failed) + share(failed, offered));
    if (unknownSeconds > 0) {
      lines.put("Traffic unknown for", count(unknownSeconds) + " s");
    }
    if (!Double.isNaN(peakOffered)) {
      lines.put("Peak traffic", count(peakOffered) + " calls/s at " + clock(peakOfferedAt));
    }
    if (!Double.isNaN(worstP99)) {
      lines.put("Worst p99 of a second", count(worstP99) + " ms at " + clock(worstP99At));
    }
    if (!Double.isNaN(sloMillis)) {
      String limit = "p99 over its objective of " + count(sloMillis) + " ms";
      String of = " of " + count(secondsWithLatency) + " s";
      lines.put(limit, count(secondsOverSlo) + of + share(secondsOverSlo, secondsWithLatency));
    }
    lines.put("Most replicas at once", count(mostReplicas));
    lines.put("Replica-minutes used", format("%,.1f", replicaSeconds / 60));
    lines.put("Decisions", count(decisions));
    lines.put("Faults", count(faults));
    return lines;
  }

  private static double sum(double perSecond, double seconds) {
    return Double.isNaN(perSecond) ? 0 : perSecond * seconds;
  }

  private static String count(double value) {
    return format("%,.0f", value);
  }

  private static String share(double part, double whole) {
    return whole > 0 ? format(" (%.2f %%)", 100 * part / whole) : "";
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return format("%d min %d s", whole / 60, whole % 60);
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return format("%d:%02d", whole / 60, whole % 60);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.UK, pattern, values);
  }
}
