// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the counters of one HAProxy into rates: what they grew by between two answers.
 *
 * <p>Which counter counts calls was measured on 2.6 and 3.0. A backend's {@code stot} counts each request or
 * HTTP/2 stream when it arrives, also those that wait or get a 503 from HAProxy, so it is the demand, and its
 * {@code scur} holds those that wait, too. A server's {@code stot} counts attempts, so a dead one that every
 * call tries first would look busy; {@code req_tot} counts what it answered. In TCP mode there are no
 * requests, and {@code stot} counts connections. {@code qtime} is a mean over the last 1024 calls, so it says
 * something only while there are calls.
 *
 * <p>A gap is unknown: the first answer, one from another process, one after a pause longer than the bound,
 * and a counter that went back.
 *
 * <p>Not thread-safe.
 */
final class BackendMeter {
  /** Beyond it a meter is broken, of whatever it is. */
  private static final double HIGHEST_AMOUNT = 1e9;

  private final boolean grpc;
  private final long longestPauseNanos;
  private final Consumer<String> doubts;
  private @Nullable StatAnswer before;
  private long askedNanos;
  private long arrivedNanos;

  /**
   * A meter without a first answer.
   *
   * @param grpc whether errors show in gRPC's trailers, where HAProxy does not look
   * @param longestPause between two answers
   * @param doubts is told the reason, in a word, of what it does not believe
   */
  BackendMeter(boolean grpc, Duration longestPause, Consumer<String> doubts) {
    this.grpc = grpc;
    this.longestPauseNanos = longestPause.toNanos();
    this.doubts = doubts;
  }

  /**
   * The figures by row name since the answer before; unknown where there is a gap.
   *
   * <p>HAProxy looked at its counters at some time between question and arrival. Of the two lengths of time
   * that are known the longer counts, so that an answer that was held up never looks like a spike.
   */
  Map<String, Figures> next(StatAnswer answer, long asked, long arrived) {
    StatAnswer last = before;
    long elapsed = Math.max(asked - askedNanos, arrived - arrivedNanos);
    before = answer;
    askedNanos = asked;
    arrivedNanos = arrived;
    boolean joined = last != null && joined(last, answer, elapsed);
    Map<String, Figures> figures = new HashMap<>();
    answer.rows().forEach((name, row) -> {
      StatRow then = last == null || !joined ? null : last.rows().get(name);
      figures.put(name, then == null ? Figures.UNKNOWN : figures(then, row, elapsed / 1e9));
    });
    return figures;
  }

  private boolean joined(StatAnswer last, StatAnswer answer, long elapsed) {
    if (last.process() != answer.process()) {
      doubts.accept("restart");
      return false;
    }
    return elapsed > 0 && elapsed <= longestPauseNanos;
  }

  private Figures figures(StatRow then, StatRow now, double seconds) {
    boolean http = now.figure("req_tot") != StatRow.UNKNOWN;
    String arrived = http && !now.whole() ? "req_tot" : "stot";
    double calls = rate(then, now, arrived, seconds);
    return new Figures(calls, errors(then, now, http, seconds), inFlight(now), wait(now, calls));
  }

  private double inFlight(StatRow row) {
    double serving = amount(row, "scur");
    return row.whole() ? serving : serving + amount(row, "qcur");
  }

  private double wait(StatRow row, double calls) {
    return calls > 0 ? amount(row, "qtime") / 1e3 : Double.NaN;
  }

  /**
   * A backend's 5xx are all that its clients saw; a server's are its own, beside calls that it refused or
   * broke. No error among gRPC calls says nothing.
   */
  private double errors(StatRow then, StatRow now, boolean http, double seconds) {
    double status = http ? rate(then, now, "hrsp_5xx", seconds) : 0;
    double broken = http && now.whole()
        ? 0
        : rate(then, now, "econ", seconds) + rate(then, now, "eresp", seconds);
    double errors = status + broken;
    return grpc && errors == 0 ? Double.NaN : errors;
  }

  private double rate(StatRow then, StatRow now, String column, double seconds) {
    long from = then.figure(column);
    long to = now.figure(column);
    if (from == StatRow.UNKNOWN || to == StatRow.UNKNOWN) {
      return Double.NaN;
    }
    double rate = (to - from) / seconds;
    if (rate >= 0 && rate <= HIGHEST_AMOUNT) {
      return rate;
    }
    doubts.accept(rate < 0 ? "reset" : "absurd");
    return Double.NaN;
  }

  private double amount(StatRow row, String column) {
    long figure = row.figure(column);
    if (figure > HIGHEST_AMOUNT) {
      doubts.accept("absurd");
    }
    return figure == StatRow.UNKNOWN || figure > HIGHEST_AMOUNT ? Double.NaN : figure;
  }
}
