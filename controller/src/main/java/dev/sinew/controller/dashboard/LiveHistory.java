// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import dev.sinew.Expect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run has shown so far, in bounded memory: a day of points (down-sampled with age), the latest 1,000
 * events, the replicas as they are now (at most 1,000 rows). Any thread may write and read.
 */
public final class LiveHistory {
  static final int MOST_EVENTS = 1000;
  static final int MOST_ROWS = 1000;

  private final RunInfo run;
  private final PointTiers points;
  private final Deque<Numbered> events = new ArrayDeque<>();
  private final Map<LiveEvent.Kind, Integer> numbers = new EnumMap<>(LiveEvent.Kind.class);
  private final RunTotals totals;
  private List<ReplicaRow> rows = List.of();
  private int rowTotal;
  private long rowVersion;
  private @Nullable LiveStatus status;
  private long statusVersion;
  private long pointCount;
  private long eventCount;
  private double lastSeconds = -1;

  /** An empty history of a run. */
  public LiveHistory(RunInfo run) {
    this(run, 1);
  }

  /**
   * An empty history that is one of many.
   *
   * @param sharing how many share the memory of one, 1 to 100: it goes back that much less
   */
  public LiveHistory(RunInfo run, int sharing) {
    Expect.that(sharing >= 1 && sharing <= 100, "history.sharing", sharing, "1 to 100");
    this.points = new PointTiers(sharing);
    this.run = run;
    this.totals = new RunTotals(run.sloMillis());
  }

  /** The run this is the history of. */
  public RunInfo run() {
    return run;
  }

  /**
   * Appends a point, ideally one a second. A point that is not later than the one before it is dropped: a
   * clock that was set back must not fold the chart.
   *
   * @return whether it was taken
   */
  public synchronized boolean add(LivePoint point) {
    if (point.atSeconds() <= lastSeconds) {
      return false;
    }
    lastSeconds = point.atSeconds();
    points.add(point);
    totals.add(point);
    pointCount++;
    return true;
  }

  /** Appends an event; beyond 1,000 the oldest is forgotten. */
  public synchronized void add(LiveEvent event) {
    int number = numbers.merge(event.kind(), 1, Integer::sum);
    events.addLast(new Numbered(event.kind().name().substring(0, 1) + number, event));
    totals.add(event);
    eventCount++;
    if (events.size() > MOST_EVENTS) {
      events.removeFirst();
    }
  }

  /** Replaces the replicas; rows beyond 1,000 are counted and not kept. */
  public synchronized void replicas(List<ReplicaRow> now) {
    List<ReplicaRow> kept = List.copyOf(now.subList(0, Math.min(now.size(), MOST_ROWS)));
    if (!kept.equals(rows) || rowTotal != now.size()) {
      rows = kept;
      rowTotal = now.size();
      rowVersion++;
    }
  }

  /** Replaces what a person should know now. */
  public synchronized void status(LiveStatus now) {
    if (!now.equals(status)) {
      status = now;
      statusVersion++;
    }
  }

  /** Everything, as it is now. */
  synchronized Snapshot snapshot() {
    return new Snapshot(cursor(), points.all(), List.copyOf(events), rows, rowTotal, status);
  }

  /** What is new since a cursor: as a snapshot of only that; rows, where wanted, are all or none. */
  synchronized Snapshot since(Cursor seen, boolean wantRows) {
    boolean sameRows = !wantRows || seen.rows() == rowVersion;
    return new Snapshot(
        new Cursor(pointCount, eventCount, wantRows ? rowVersion : seen.rows(), statusVersion),
        points.newest(pointCount - seen.points()),
        newestEvents(eventCount - seen.events()),
        sameRows ? List.of() : rows,
        sameRows ? -1 : rowTotal,
        seen.status() == statusVersion ? null : status);
  }

  /** The run's sums and extremes as name and value. */
  synchronized Map<String, String> summary() {
    return totals.lines();
  }

  private Cursor cursor() {
    return new Cursor(pointCount, eventCount, rowVersion, statusVersion);
  }

  private List<Numbered> newestEvents(long count) {
    List<Numbered> newest = new ArrayList<>();
    Iterator<Numbered> backwards = events.descendingIterator();
    while (newest.size() < count && backwards.hasNext()) {
      newest.add(0, backwards.next());
    }
    return newest;
  }

  /** How much has been seen. */
  record Cursor(long points, long events, long rows, long status) {
    static final Cursor START = new Cursor(0, 0, 0, 0);
  }

  /** An event with its label: D1 is the run's first decision, F1 its first fault, E1 its first event. */
  record Numbered(String label, LiveEvent event) {}

  /** A part of the history; a rowTotal of -1, a status of null: as before. */
  record Snapshot(
      Cursor cursor,
      List<LivePoint> points,
      List<Numbered> events,
      List<ReplicaRow> rows,
      int rowTotal,
      @Nullable LiveStatus status) {
    boolean empty() {
      return points.isEmpty() && events.isEmpty() && rowTotal < 0 && status == null;
    }
  }
}
