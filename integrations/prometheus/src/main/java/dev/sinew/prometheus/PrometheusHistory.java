// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import dev.sinew.Expect;
import dev.sinew.prometheus.http.Failure;
import dev.sinew.prometheus.http.PrometheusHttp;
import dev.sinew.prometheus.http.PrometheusTarget;
import dev.sinew.prometheus.http.UnusableAnswerException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Reads what a Prometheus has recorded, page by page, all or nothing.
 *
 * <p>Gaps stay gaps, as far as Prometheus tells of them: for up to five minutes after a sample without
 * a mark of staleness it repeats a gauge; a rate over a window ends with the window.
 *
 * <p>Bounds: 11 000 values a page, which is the server's own bound, 2 000 000 values, pages of 16 MiB,
 * 256 MiB and 10 minutes in all.
 */
public final class PrometheusHistory {
  static final int POINTS_OF_PAGE = 11_000;
  static final long MOST_VALUES = 2_000_000;

  private static final int LARGEST_PAGE = 16 * 1024 * 1024;
  private static final long MOST_BYTES = 256L * 1024 * 1024;
  private static final Duration LONGEST_PAGE = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int LONGEST_QUERY = 4096;

  private final PrometheusHttp http;

  /**
   * Connects to nobody yet.
   *
   * @throws IllegalArgumentException if the CA cannot be read
   */
  public PrometheusHistory(PrometheusTarget target) {
    this.http = new PrometheusHttp(target);
  }

  /**
   * The series of an expression.
   *
   * @param from the time of the first value, in whole milliseconds
   * @param to not before {@code from}; the last value is at or before it
   * @param step 1 ms to 1 day, in whole milliseconds
   * @return empty if nothing is recorded; all series have the same times
   * @throws UnusableAnswerException if any page is missing or broken, or all is more than the bounds
   * @throws IllegalArgumentException if an argument is out of range
   */
  public List<Series> read(String promql, Instant from, Instant to, Duration step)
      throws UnusableAnswerException, InterruptedException {
    Expect.that(
        !promql.isBlank() && promql.length() <= LONGEST_QUERY,
        "query",
        promql,
        "1 to 4096 characters");
    Expect.that(whole(step.toNanos()), "step", step, "1 ms to 1 day in whole milliseconds");
    Expect.that(
        step.toMillis() >= 1 && step.compareTo(Duration.ofDays(1)) <= 0,
        "step",
        step,
        "1 ms to 1 day in whole milliseconds");
    Expect.that(
        whole(from.getNano()) && from.getEpochSecond() >= 0, "from", from, "whole milliseconds");
    Expect.that(!to.isBefore(from), "to", to, "not before " + from);
    long points = Duration.between(from, to).toMillis() / step.toMillis() + 1;
    Expect.that(
        points <= MOST_VALUES, "step", step, "at most " + MOST_VALUES + " steps in the range");
    return pages(promql, from, step, (int) points);
  }

  private List<Series> pages(String promql, Instant from, Duration step, int points)
      throws UnusableAnswerException, InterruptedException {
    RangePages pages = new RangePages(from, step, points, MOST_VALUES);
    long deadlineNanos = System.nanoTime() + LONGEST.toNanos();
    long bytes = 0;
    for (int first = 0; first < points; first += POINTS_OF_PAGE) {
      int end = Math.min(points, first + POINTS_OF_PAGE);
      String path = "/api/v1/query_range?query=" + PrometheusHttp.encoded(promql)
          + "&start=" + seconds(from.plusMillis(first * step.toMillis()).toEpochMilli())
          + "&end=" + seconds(from.plusMillis((end - 1) * step.toMillis()).toEpochMilli())
          + "&step=" + seconds(step.toMillis());
      long pageNanos = System.nanoTime() + LONGEST_PAGE.toNanos();
      byte[] body = http.get(path, LARGEST_PAGE).body(Math.min(pageNanos, deadlineNanos));
      bytes += body.length;
      if (bytes > MOST_BYTES) {
        throw new UnusableAnswerException(
            Failure.TOO_LARGE, "more than 256 MiB; ask for less or a larger step");
      }
      pages.add(body, first, end);
    }
    return pages.series();
  }

  private static boolean whole(long nanos) {
    return nanos % TimeUnit.MILLISECONDS.toNanos(1) == 0;
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%d.%03d", millis / 1000, millis % 1000);
  }
}
