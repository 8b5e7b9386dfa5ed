// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The load of a replica or of a whole service within one interval; NaN is unknown.
 *
 * @param calls per second
 * @param errors per second
 * @param inFlight calls, those that wait for a server included
 * @param queueSeconds how long a call waited for a server
 */
record Figures(double calls, double errors, double inFlight, double queueSeconds) {
  /** A server that another HAProxy does not have: no call goes to it from there. */
  static final Figures NONE = new Figures(0, 0, 0, Double.NaN);

  static final Figures UNKNOWN = new Figures(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /** What the two of them do together: everything adds up, but of waits the longer one counts. */
  Figures plus(Figures other) {
    double sum = calls + other.calls;
    return new Figures(
        sum,
        errors + other.errors,
        inFlight + other.inFlight,
        Double.isNaN(sum) ? Double.NaN : longer(queueSeconds, other.queueSeconds));
  }

  /** Where no call was, nobody waited. */
  private static double longer(double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Double.isNaN(a) ? b : a;
    }
    return Math.max(a, b);
  }

  /**
   * A signal for each figure that is known.
   *
   * @param replica its id, or null for the whole service
   */
  Stream<Signal> signals(@Nullable String replica, Instant at) {
    List<Signal> signals = new ArrayList<>();
    Map<Metric, Double> values = Map.of(
        Metric.CALLS_PER_SECOND, calls,
        Metric.ERRORS_PER_SECOND, errors,
        Metric.IN_FLIGHT, inFlight,
        Metric.QUEUE_SECONDS, queueSeconds);
    values.forEach((metric, value) -> {
      if (value >= 0 && value < Double.POSITIVE_INFINITY) {
        signals.add(new Signal(metric, replica, value, at, HaproxySignalSource.ORIGIN));
      }
    });
    return signals.stream();
  }
}
