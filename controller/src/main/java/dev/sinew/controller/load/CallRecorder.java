// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Counts the calls of a run and their latencies, for each second in which a call was due.
 *
 * <p>Thread-safe. A second stays open until its last call must have ended; then only its summary is kept,
 * so that memory does not grow with the rate.
 */
public final class CallRecorder {
  private static final long HIGHEST_MICROS = 60_000_000;
  private static final int MOST_ERRORS = 20;

  private final int openSeconds;
  private final ArrayDeque<Second> open = new ArrayDeque<>();
  private final List<SecondSummary> closed = new ArrayList<>();
  private final Histogram all = histogram();
  private final Histogram baseline = histogram();
  private final double baselineFrom;
  private final double baselineTo;
  private final Map<String, Double> firstAnswer = new LinkedHashMap<>();
  private final Map<String, Long> errors = new LinkedHashMap<>();
  private Histogram sinceLast = histogram();
  private long ok;
  private long failed;
  private long offered;

  /**
   * A recorder of calls that end at most so many seconds after they were due.
   *
   * @param baselineFrom start, in seconds, of the stretch that later ones are compared with
   * @param baselineTo its end
   */
  public CallRecorder(int longestCallSeconds, double baselineFrom, double baselineTo) {
    this.openSeconds = longestCallSeconds + 2;
    this.baselineFrom = baselineFrom;
    this.baselineTo = baselineTo;
  }

  /** A call became due. */
  public synchronized void offered(double dueSeconds) {
    offered++;
    second(dueSeconds).offered++;
  }

  /** A call was answered. */
  public synchronized void ok(double dueSeconds, double endSeconds, String replica) {
    ok++;
    latency(dueSeconds, endSeconds).ok++;
    firstAnswer.putIfAbsent(replica, endSeconds);
  }

  /** A call failed; it counts in the latencies with the time it took. */
  public synchronized void failed(double dueSeconds, double endSeconds, String error) {
    failed++;
    latency(dueSeconds, endSeconds).failed++;
    if (errors.size() < MOST_ERRORS || errors.containsKey(error)) {
      errors.merge(error, 1L, Long::sum);
    }
  }

  /** The calls that ended since the last time this was asked. */
  public synchronized Recent recent() {
    Histogram ended = sinceLast;
    sinceLast = histogram();
    return new Recent(offered, ok, failed, millis(ended, 50), millis(ended, 99));
  }

  /** All seconds, those still open included. */
  public synchronized List<SecondSummary> seconds() {
    List<SecondSummary> result = new ArrayList<>(closed);
    open.forEach(second -> result.add(second.summary()));
    return result;
  }

  /** When each replica first answered, in seconds. */
  public synchronized Map<String, Double> firstAnswers() {
    return Map.copyOf(firstAnswer);
  }

  /** The different errors with their counts; at most 20 kinds. */
  public synchronized Map<String, Long> errors() {
    return new LinkedHashMap<>(errors);
  }

  /** A percentile of all calls, in milliseconds. */
  public synchronized double percentileMillis(double percentile) {
    return millis(all, percentile);
  }

  /** The 99th percentile of the baseline, in milliseconds; NaN without calls. */
  public synchronized double baselineP99Millis() {
    return millis(baseline, 99);
  }

  private Second latency(double dueSeconds, double endSeconds) {
    long micros = micros(endSeconds - dueSeconds);
    all.recordValue(micros);
    sinceLast.recordValue(micros);
    if (dueSeconds >= baselineFrom && dueSeconds < baselineTo) {
      baseline.recordValue(micros);
    }
    Second second = second(dueSeconds);
    second.latency.recordValue(micros);
    return second;
  }

  private Second second(double dueSeconds) {
    int index = (int) dueSeconds;
    while (closed.size() + open.size() <= index) {
      open.addLast(new Second(closed.size() + open.size()));
      if (open.size() > openSeconds) {
        closed.add(open.removeFirst().summary());
      }
    }
    int place = Math.max(0, index - closed.size());
    return open.stream().skip(place).findFirst().orElseThrow();
  }

  private static Histogram histogram() {
    return new Histogram(HIGHEST_MICROS, 2);
  }

  private static long micros(double seconds) {
    return Math.max(0, Math.min(HIGHEST_MICROS, Math.round(seconds * 1e6)));
  }

  private static double millis(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0
        ? Double.NaN
        : histogram.getValueAtPercentile(percentile) / 1000.0;
  }

  /**
   * Totals since the start and latencies since the last look.
   *
   * @param p50Millis NaN when no call ended since
   * @param p99Millis NaN when no call ended since
   */
  public record Recent(long offered, long ok, long failed, double p50Millis, double p99Millis) {}

  private static final class Second {
    final int at;
    final Histogram latency = histogram();
    long offered;
    long ok;
    long failed;

    Second(int at) {
      this.at = at;
    }

    SecondSummary summary() {
      return new SecondSummary(at, offered, ok, failed, millis(latency, 50), millis(latency, 99));
    }
  }
}
