// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.prometheus.InstantAnswer.Point;
import dev.sinew.prometheus.http.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What two answers say of one metric: the values, and how old the samples are that they rest on.
 *
 * <p>Ages are differences of times by the server's clock, and a signal's time is the caller's present,
 * when it asked, less the age. So the clocks need not agree, and no signal looks younger than it is.
 */
final class Findings {
  static final String ORIGIN = "prometheus";

  private static final double HIGHEST_SHARE = 100;
  private static final double HIGHEST_AMOUNT = 1e9;

  private final Metric metric;
  private final List<Signal> signals = new ArrayList<>();
  private final Map<Failure, Integer> failures = new EnumMap<>(Failure.class);

  private Findings(Metric metric) {
    this.metric = metric;
  }

  /**
   * Believes what may be believed.
   *
   * @param times for each series the time of the oldest sample behind it, asked before the values
   * @param asked when the times were asked
   * @param freshness the greatest age
   */
  static Findings of(
      Metric metric, InstantAnswer times, InstantAnswer values, Instant asked, Duration freshness) {
    Findings findings = new Findings(metric);
    findings.sift(new Ages(times), values.points(), asked, freshness);
    return findings;
  }

  /** Whether a metric may be told of the whole service: a sum may, the mean of a share is no load. */
  static boolean ofService(Metric metric) {
    return metric == Metric.CALLS_PER_SECOND
        || metric == Metric.ERRORS_PER_SECOND
        || metric == Metric.IN_FLIGHT;
  }

  /** What is known. */
  List<Signal> signals() {
    return List.copyOf(signals);
  }

  /** What is not, and how often. */
  Map<Failure, Integer> failures() {
    return failures;
  }

  /** One sentence about the failures, or empty. */
  String trouble() {
    StringBuilder text = new StringBuilder();
    failures.forEach((failure, count) -> text.append(text.isEmpty() ? "" : ", ")
        .append(failure.word())
        .append(count > 1 ? " (" + count + " times)" : ""));
    return text.toString();
  }

  private void sift(Ages ages, List<Point> points, Instant asked, Duration freshness) {
    if (points.isEmpty()) {
      failed(Failure.EMPTY);
      return;
    }
    long bare = points.stream().filter(point -> point.replica().isEmpty()).count();
    if (bare > 0 && (bare < points.size() || !ofService(metric))) {
      failed(Failure.UNLABELLED);
      return;
    }
    Set<String> twice = twice(points);
    twice.forEach(replica -> failed(Failure.DUPLICATE));
    for (Point point : points) {
      if (!twice.contains(point.replica())) {
        point(point, ages.of(point.replica()), asked, freshness);
      }
    }
  }

  private void point(Point point, double ageSeconds, Instant asked, Duration freshness) {
    double value = point.value();
    if (!(ageSeconds >= 0 && ageSeconds <= freshness.toMillis() / 1e3)) {
      failed(Failure.STALE);
    } else if (Double.isNaN(value) || Double.isInfinite(value)) {
      failed(Failure.NOT_FINITE);
    } else if (value < 0) {
      failed(Failure.NEGATIVE);
    } else if (value > highest()) {
      failed(Failure.ABSURD);
    } else {
      String replica = point.replica().isEmpty() ? null : point.replica();
      Instant at = asked.minusNanos((long) (ageSeconds * 1e9));
      signals.add(new Signal(metric, replica, value, at, ORIGIN));
    }
  }

  /** Where the autoscaler stops to believe: 100 times full, or a thousand million of anything. */
  private double highest() {
    return switch (metric) {
      case UTILIZATION, CPU, MEMORY -> HIGHEST_SHARE;
      case CALLS_PER_SECOND, ERRORS_PER_SECOND, IN_FLIGHT, QUEUE_SECONDS -> HIGHEST_AMOUNT;
    };
  }

  private void failed(Failure failure) {
    failures.merge(failure, 1, Integer::sum);
  }

  private static Set<String> twice(List<Point> points) {
    Set<String> once = new HashSet<>();
    Set<String> twice = new HashSet<>();
    for (Point point : points) {
      if (!once.add(point.replica())) {
        twice.add(point.replica());
      }
    }
    return twice;
  }

  /** How old the oldest sample behind each series is, in seconds; NaN if that is not known. */
  private static final class Ages {
    private final Map<String, Double> byReplica = new HashMap<>();
    private double oldest = Double.NEGATIVE_INFINITY;

    Ages(InstantAnswer times) {
      for (Point point : times.points()) {
        double age = point.evaluated() - point.value();
        // A sample from the future, or of no time, tells no age.
        double known = age >= 0 && point.value() > 0 ? age : Double.NaN;
        byReplica.merge(point.replica(), known, Ages::older);
        oldest = older(oldest, known);
      }
    }

    double of(String replica) {
      if (replica.isEmpty()) {
        return oldest;
      }
      // Samples without the label: the query made it from another one, and the oldest of all
      // counts.
      boolean bare = byReplica.size() == 1 && byReplica.containsKey("");
      return byReplica.getOrDefault(bare ? "" : replica, Double.NaN);
    }

    /** Math.max keeps NaN: of two, one of which is unknown, the older is unknown. */
    private static double older(double a, double b) {
      return Math.max(a, b);
    }
  }
}
