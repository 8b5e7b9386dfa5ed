// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import dev.sinew.autoscaler.Autoscaler;
import dev.sinew.load.LoadReport;
import dev.sinew.orca.OrcaSignalSource;
import dev.sinew.orca.OrcaStats;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Ticks a loop as the controller does, and measures meanwhile. Use it once, from one thread. */
final class Window {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int TICKS_A_LOOK = 8;

  private final OrcaSignalSource source;
  private final Autoscaler autoscaler;
  private final Histogram ticks = new Histogram(3);
  private final Histogram ages = new Histogram(3);
  private final Usage before = Usage.now();
  private final OrcaStats statsBefore;
  private final Map<String, Long> numbersBefore;
  private final long ownBefore = Usage.thisThreadNanos();
  private final long begun = System.nanoTime();
  private long tickCpuNanos;
  private int leastSeen = Integer.MAX_VALUE;
  private double seconds;
  private long ownNanos;
  private long lost;
  private @Nullable OrcaStats stats;
  private @Nullable Usage after;

  Window(OrcaSignalSource source, Autoscaler autoscaler) {
    this.source = source;
    this.autoscaler = autoscaler;
    statsBefore = source.stats();
    numbersBefore = numbers(source.reports());
  }

  /** Ticks for so long. */
  void run(Duration length, IntConsumer progress) {
    int count = 0;
    while (System.nanoTime() - begun < length.toNanos()) {
      tick();
      if (count++ % TICKS_A_LOOK == 0) {
        look();
        progress.accept(count);
      }
      LockSupport.parkNanos(TICK_NANOS);
    }
    OrcaStats statsNow = source.stats();
    Map<String, LoadReport> reports = source.reports();
    stats = statsNow;
    after = Usage.now();
    ownNanos = Usage.thisThreadNanos() - ownBefore;
    seconds = (System.nanoTime() - begun) / 1e9;
    lost = Math.max(0, made(reports) - (statsNow.reports() - statsBefore.reports()));
  }

  private void tick() {
    long cpu = Usage.thisThreadNanos();
    long time = System.nanoTime();
    var unused = autoscaler.tick(Instant.now());
    ticks.recordValue(System.nanoTime() - time);
    tickCpuNanos += Usage.thisThreadNanos() - cpu;
  }

  /** How old is what a tick reads now. */
  private void look() {
    Map<String, LoadReport> reports = source.reports();
    leastSeen = Math.min(leastSeen, reports.size());
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    for (LoadReport report : reports.values()) {
      ages.recordValue(Math.max(0, now - report.overObjective()) * 1000);
    }
  }

  /** How many reports the replicas made in the window. */
  private long made(Map<String, LoadReport> reports) {
    long made = 0;
    for (Map.Entry<String, Long> end : numbers(reports).entrySet()) {
      long start = numbersBefore.getOrDefault(end.getKey(), 0L);
      // A new stream counts from the beginning.
      made += end.getValue() >= start ? end.getValue() - start : end.getValue();
    }
    return made;
  }

  private static Map<String, Long> numbers(Map<String, LoadReport> reports) {
    Map<String, Long> numbers = new HashMap<>();
    reports.forEach((id, report) -> numbers.put(id, report.withinObjective()));
    return numbers;
  }

  double seconds() {
    return seconds;
  }

  Figures.Intake intake() {
    OrcaStats now = done(stats);
    long arrived = now.reports() - statsBefore.reports();
    long cpu = done(after).cpuNanos() - before.cpuNanos() - ownNanos;
    return new Figures.Intake(
        arrived / seconds,
        lost,
        now.stale() - statsBefore.stale(),
        now.reconnects(),
        leastSeen,
        Spread.millis(ages),
        cpu / 1e3 / Math.max(1, arrived));
  }

  Figures.Ticks ticks(int signals, int changes) {
    double each = tickCpuNanos / 1e6 / Math.max(1, ticks.getTotalCount());
    return new Figures.Ticks(
        (int) ticks.getTotalCount(), signals, changes, Spread.millis(ticks), each);
  }

  /** Collects the heap, so it comes last. */
  Figures.Use use() {
    Usage end = done(after);
    long cpu = end.cpuNanos() - before.cpuNanos();
    Map<String, Double> cores = new TreeMap<>();
    long inThreads = 0;
    for (Map.Entry<String, Long> kind : end.threadNanos().entrySet()) {
      long nanos = kind.getValue() - before.threadNanos().getOrDefault(kind.getKey(), 0L);
      inThreads += Math.max(0, nanos);
      cores.put(kind.getKey(), Math.max(0, nanos) / 1e9 / seconds);
    }
    cores.put("jvm", Math.max(0, cpu - inThreads) / 1e9 / seconds);
    long resident = Usage.residentBytes();
    return new Figures.Use(
        cpu / 1e9 / seconds,
        cores,
        end.gcPauses() - before.gcPauses(),
        end.gcMillis() - before.gcMillis(),
        Usage.liveHeapBytes(),
        resident,
        Usage.threads(),
        Usage.openFiles());
  }

  private static <T> T done(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("run() comes first");
    }
    return value;
  }
}
