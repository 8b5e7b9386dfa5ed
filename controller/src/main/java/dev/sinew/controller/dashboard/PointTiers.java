// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The points of a day in bounded memory: the last 3,600 as they came, before those one per 10 s (2,160, six
 * hours), before those one per minute (1,440, a day). Fed once a second that is 31 hours in 7,200 points.
 *
 * <p>What leaves a finer tier is merged into the next. A merged point shows the worst of its period where an
 * average would hide it: rates are averaged, so that their sum stays right; percentiles cannot be averaged,
 * so the greatest stands; of the ready replicas the fewest, of all other counts the most.
 */
final class PointTiers {
  static final int RAW = 3600;
  private final Deque<LivePoint> raw = new ArrayDeque<>();
  private final int most;
  private final Tier tens;
  private final Tier minutes;

  PointTiers() {
    this(1);
  }

  /** One of so many that share the memory of one: each tier is that much shorter. */
  PointTiers(int sharing) {
    most = RAW / sharing;
    tens = new Tier(10, 2160 / sharing);
    minutes = new Tier(60, 1440 / sharing);
  }

  void add(LivePoint point) {
    raw.addLast(point);
    if (raw.size() > most) {
      tens.merge(raw.removeFirst(), 1);
    }
    while (tens.full()) {
      minutes.merge(tens.closed.removeFirst(), 10);
    }
    while (minutes.full()) {
      minutes.closed.removeFirst();
    }
  }

  /** All points, oldest first. */
  List<LivePoint> all() {
    List<LivePoint> all = new ArrayList<>(minutes.closed);
    minutes.appendOpen(all);
    all.addAll(tens.closed);
    tens.appendOpen(all);
    all.addAll(raw);
    return all;
  }

  /** The newest raw points, at most so many, oldest first. */
  List<LivePoint> newest(long count) {
    List<LivePoint> newest = new ArrayList<>();
    Iterator<LivePoint> backwards = raw.descendingIterator();
    while (newest.size() < count && backwards.hasNext()) {
      newest.add(0, backwards.next());
    }
    return newest;
  }

  /** Periods of one width, the last of them still open. */
  private static final class Tier {
    private final int seconds;
    private final int most;
    private final Deque<LivePoint> closed = new ArrayDeque<>();
    private final Merged open = new Merged();

    Tier(int seconds, int most) {
      this.seconds = seconds;
      this.most = most;
    }

    boolean full() {
      return closed.size() > most;
    }

    void merge(LivePoint point, int weight) {
      long period = (long) Math.floor(point.atSeconds() / seconds);
      if (open.weight > 0 && open.period != period) {
        closed.addLast(open.take());
      }
      open.period = period;
      open.add(point, weight);
    }

    void appendOpen(List<LivePoint> to) {
      if (open.weight > 0) {
        to.add(open.point());
      }
    }
  }

  /** Several points as one. */
  private static final class Merged {
    private long period;
    private int weight;
    private double atSeconds;
    private final Mean offered = new Mean();
    private final Mean ok = new Mean();
    private final Mean failed = new Mean();
    private double p50Millis = Double.NaN;
    private double p99Millis = Double.NaN;
    private double utilization = Double.NaN;
    private int desired;
    private int ready = Integer.MAX_VALUE;
    private int warming;
    private int draining;

    void add(LivePoint point, int pointWeight) {
      weight += pointWeight;
      atSeconds = point.atSeconds();
      offered.add(point.offered(), pointWeight);
      ok.add(point.ok(), pointWeight);
      failed.add(point.failed(), pointWeight);
      p50Millis = greatest(p50Millis, point.p50Millis());
      p99Millis = greatest(p99Millis, point.p99Millis());
      utilization = greatest(utilization, point.utilization());
      desired = Math.max(desired, point.desired());
      ready = Math.min(ready, point.ready());
      warming = Math.max(warming, point.warming());
      draining = Math.max(draining, point.draining());
    }

    LivePoint point() {
      return new LivePoint(
          atSeconds,
          offered.value(),
          ok.value(),
          failed.value(),
          p50Millis,
          p99Millis,
          desired,
          ready,
          warming,
          draining,
          utilization);
    }

    LivePoint take() {
      LivePoint taken = point();
      weight = 0;
      offered.clear();
      ok.clear();
      failed.clear();
      p50Millis = Double.NaN;
      p99Millis = Double.NaN;
      utilization = Double.NaN;
      desired = 0;
      ready = Integer.MAX_VALUE;
      warming = 0;
      draining = 0;
      return taken;
    }

    private static double greatest(double a, double b) {
      return Double.isNaN(a) || b > a ? b : a;
    }
  }

  /** A weighted mean of what is known. */
  private static final class Mean {
    private double sum;
    private double weight;

    void add(double value, double valueWeight) {
      if (!Double.isNaN(value)) {
        sum += value * valueWeight;
        weight += valueWeight;
      }
    }

    double value() {
      return weight > 0 ? sum / weight : Double.NaN;
    }

    void clear() {
      sum = 0;
      weight = 0;
    }
  }
}
