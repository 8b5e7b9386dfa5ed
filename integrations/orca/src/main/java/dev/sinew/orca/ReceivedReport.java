// SPDX-License-Identifier: Apache-2.0
package dev.sinew.orca;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.grpc.orca.OrcaLoadReport;
import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A replica's report and when it arrived.
 *
 * @param report what it says, without the implausible
 * @param implausible whether something was left out because it cannot be true
 * @param at when it arrived
 */
record ReceivedReport(LoadReport report, boolean implausible, Instant at) {
  /** Reads an ORCA message. */
  static ReceivedReport of(OrcaLoadReport orca, Instant at) {
    return new ReceivedReport(OrcaReports.fromOrca(orca), OrcaReports.implausible(orca), at);
  }

  /** Whether it may still be believed; a report from far in the future means that the clock jumped. */
  boolean fresh(Instant now, Duration oldest) {
    return Duration.between(at, now).abs().compareTo(oldest) <= 0;
  }

  /** Adds a signal for each value that is known; none is later than the present. */
  void addSignals(String replica, Instant now, List<Signal> signals) {
    Instant seen = at.isAfter(now) ? now : at;
    add(signals, Metric.UTILIZATION, replica, report.utilization(), seen);
    add(signals, Metric.CPU, replica, report.cpu(), seen);
    add(signals, Metric.MEMORY, replica, report.memory(), seen);
    add(signals, Metric.CALLS_PER_SECOND, replica, report.callsPerSecond(), seen);
    // No errors among nobody knows how many calls says nothing.
    boolean callsKnown = report.callsPerSecond() >= 0;
    double errors =
        callsKnown || report.errorsPerSecond() > 0 ? report.errorsPerSecond() : Double.NaN;
    add(signals, Metric.ERRORS_PER_SECOND, replica, errors, seen);
    add(signals, Metric.IN_FLIGHT, replica, report.inFlight(), seen);
    double queueSeconds = report.queueNanos() < 0 ? Double.NaN : report.queueNanos() / 1e9;
    add(signals, Metric.QUEUE_SECONDS, replica, queueSeconds, seen);
  }

  /** Unknown is NaN or negative. */
  private static void add(
      List<Signal> signals, Metric metric, String replica, double value, Instant at) {
    if (value >= 0) {
      signals.add(new Signal(metric, replica, value, at));
    }
  }
}
