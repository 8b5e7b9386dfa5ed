// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.query;

import dev.sinew.retry.Backoff;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long a client of blocking queries waits before the next one; each answer is said once.
 *
 * <p>Changes are followed at once, but in the long run at most four times a second, and no more than a
 * tenth of the time goes into reading answers. A registry whose queries do not block as they should
 * (no index, an early answer without news, an index that falls) is asked twice at once and then every
 * 15 s in the long run, the figures of Consul's own cache. After errors the wait grows and is
 * spread, so that clients that failed together do not come back together: to 15 to 45 s, 30 s on
 * average.
 */
public final class QueryPacer {
  /** For errors: 125 to 375 ms at first, doubling, 15 to 45 s in the end. */
  public static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(250), 2, Duration.ofSeconds(30));

  private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int READING_SHARE = 10;
  // A registry whose index falls is asked afresh and once more before that can show again.
  private static final int QUERIES_OF_A_FALL = 3;

  private final Backoff backoff;
  private final Rate changes = new Rate(TimeUnit.MILLISECONDS.toNanos(250), 20);
  private final Rate misbehaviour = new Rate(TimeUnit.SECONDS.toNanos(15), 2);
  private int failures;

  /** A pacer of queries none of which was made yet. */
  public QueryPacer(Backoff backoff) {
    this.backoff = backoff;
  }

  /** After an answer with news, or one that waited as long as it was asked to. */
  public long good(long nowNanos, long readingNanos) {
    failures = 0;
    long share = Math.max(SHORTEST_NANOS, readingNanos * READING_SHARE);
    return Math.max(share, changes.take(1, nowNanos));
  }

  /** After an answer that should have waited: no index, or the same one early. */
  public long early(long nowNanos) {
    failures = 0;
    return Math.max(SHORTEST_NANOS, misbehaviour.take(1, nowNanos));
  }

  /** After an answer whose index is below the one it was asked to exceed. */
  public long fell(long nowNanos) {
    failures = 0;
    return Math.max(SHORTEST_NANOS, misbehaviour.take(QUERIES_OF_A_FALL, nowNanos));
  }

  /**
   * After an error.
   *
   * @param agents how many there are to try in turn: a round through them counts as one failure
   * @return nanoseconds
   */
  public long failed(int agents, RandomGenerator random) {
    failures = Math.min(failures, 1_000_000) + 1;
    boolean round = failures % agents == 0;
    long ceiling = backoff.ceilingNanos(round ? failures / agents : 1);
    return Math.max(SHORTEST_NANOS, ceiling / 2 + random.nextLong(ceiling));
  }

  /** How many requests have failed since the last answer. */
  public int failures() {
    return failures;
  }

  /**
   * At most {@code burst} at once and one per interval in the long run: the generic cell rate
   * algorithm (ITU-T I.371), which needs one number.
   */
  private static final class Rate {
    private final long intervalNanos;
    private final long toleranceNanos;
    private long paidNanos;
    private boolean used;

    Rate(long intervalNanos, int burst) {
      this.intervalNanos = intervalNanos;
      this.toleranceNanos = intervalNanos * (burst - 1);
    }

    /** How long to wait before the next one; more than one are paid for by those that follow. */
    long take(int count, long nowNanos) {
      long paid = used && paidNanos - nowNanos > 0 ? paidNanos : nowNanos;
      used = true;
      paidNanos = paid + count * intervalNanos;
      return Math.max(0, paid + intervalNanos - toleranceNanos - nowNanos);
    }
  }
}
