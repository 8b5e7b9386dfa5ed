// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A made-up run of 240 s that looks like a real one: steady load, a step to four times, scale-out while
 * replicas warm up, a kill, recovery, the load's end, scale-in. The same each time.
 */
final class FakeRun {
  static final int SECONDS = 240;
  private static final int STEP = 40;
  private static final int KILL = 120;
  private static final int END = 170;
  private static final double PER_REPLICA = 120;

  private final int base;

  /** A run whose quiet fleet has so many replicas; under load it has four times as many. */
  FakeRun(int base) {
    this.base = base;
  }

  static RunInfo info(String runId) {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("Processor", "2 cores of an imaginary processor");
    machine.put("Memory", "8 GiB");
    machine.put("System", "Linux 6.1, x86-64");
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("Sinew", "0.1.0-SNAPSHOT");
    versions.put("Java", "17.0.15");
    versions.put("gRPC", "1.85.1");
    return new RunInfo(
        runId,
        "Four times the traffic, and a kill",
        "orders",
        Instant.parse("2026-11-22T10:00:00Z"),
        100,
        1,
        2000,
        machine,
        versions);
  }

  static ReplicaRow row(String id) {
    return new ReplicaRow(id, "ready", 60, 0.2, 3, 0.5, 0, "");
  }

  /** Adds the seconds after {@code from} up to {@code to} to a history. */
  void play(LiveHistory history, int from, int to) {
    for (int second = from + 1; second <= to; second++) {
      history.add(point(second));
      for (LiveEvent event : events(second)) {
        history.add(event);
      }
    }
    history.replicas(rows(to));
  }

  /** Plays the run again and again for a day; returns the day's last second. */
  int playDay(LiveHistory history) {
    int day = 86_400;
    for (int second = 1; second <= day; second++) {
      int phase = second % 3600 <= SECONDS ? second % 3600 : SECONDS;
      history.add(pointAt(second, phase));
      if (second % 3600 <= SECONDS) {
        for (LiveEvent event : events(phase)) {
          history.add(new LiveEvent(second, event.kind(), event.text(), event.from(), event.to()));
        }
      }
    }
    history.replicas(rows(130));
    return day;
  }

  /** What happens in a second of the run, at another time. */
  LivePoint pointAt(double atSeconds, int second) {
    LivePoint like = point(second);
    return new LivePoint(
        atSeconds,
        like.offered(),
        like.ok(),
        like.failed(),
        like.p50Millis(),
        like.p99Millis(),
        like.desired(),
        like.ready(),
        like.warming(),
        like.draining());
  }

  LivePoint point(int second) {
    SplittableRandom random = new SplittableRandom(second * 7919L + base);
    double offered = offered(second) * (0.98 + 0.04 * random.nextDouble());
    double capacity = capacity(second) * PER_REPLICA * 1.25;
    double failed = Math.max(0, offered - capacity) * 0.3 + (second == KILL ? offered / 40 : 0);
    double strain = Math.min(6, offered / Math.max(1, capacity));
    double p50 = (6 + 10 * Math.pow(strain, 4)) * (0.9 + 0.2 * random.nextDouble());
    double p99 = (25 + 120 * Math.pow(strain, 5)) * (0.8 + 0.4 * random.nextDouble());
    return new LivePoint(
        second,
        offered,
        offered - failed,
        failed,
        p50,
        Math.min(1500, p99) + (second >= KILL && second <= KILL + 3 ? 70 : 0),
        desired(second),
        ready(second),
        warming(second),
        draining(second));
  }

  List<LiveEvent> events(int second) {
    int few = base;
    int many = 4 * base;
    int half = 2 * base + Math.max(1, base / 2);
    if (second == STEP) {
      return List.of(LiveEvent.event(second, "Load rises from " + rate(few) + " to " + rate(many)));
    } else if (second == STEP + 3) {
      String why = rate(half) + " seen and rising need " + half + " replicas of 150 calls/s";
      return List.of(LiveEvent.decision(second, few, half, "Scale out: " + why + " at 80 %."));
    } else if (second == STEP + 7) {
      String why = rate(many) + " expected in 10 s need " + many + " replicas";
      return List.of(LiveEvent.decision(second, half, many, "Scale out: " + why + " at 80 %."));
    } else if (second == KILL) {
      return List.of(LiveEvent.fault(second, "Replica " + name(0) + " was killed (SIGKILL)"));
    } else if (second == KILL + 1) {
      String text = "Keep " + many + ", start one: 1 replica lost, load unchanged";
      return List.of(LiveEvent.decision(second, many, many, text));
    } else if (second == KILL + 14) {
      return List.of(
          LiveEvent.event(second, "Replica " + name(many) + " took over, at full weight"));
    } else if (second == END) {
      return List.of(LiveEvent.event(second, "Load falls to " + rate(few)));
    } else if (second == END + 30) {
      String text = "Scale in: " + rate(few) + " for 30 s need " + few + "; the oldest stay";
      return List.of(LiveEvent.decision(second, many, few, text));
    }
    return List.of();
  }

  List<ReplicaRow> rows(int second) {
    SplittableRandom random = new SplittableRandom(second * 31L + base);
    List<ReplicaRow> rows = new ArrayList<>();
    int ready = ready(second);
    int all = ready + warming(second) + draining(second);
    int lost = second >= KILL ? 1 : 0;
    for (int i = 0; i < all; i++) {
      boolean warms = i >= ready && i < ready + warming(second);
      boolean drains = i >= ready + warming(second);
      double age = i < base ? second + 8 : second - STEP - 4;
      rows.add(new ReplicaRow(
          name(i + lost),
          warms ? "warming" : drains ? "draining" : "ready",
          warms ? 4 : age,
          drains ? 0 : 1.0 / (ready + warming(second) * 0.4) * (warms ? 0.4 : 1),
          drains ? 1 : Math.rint(3 + 4 * random.nextDouble()),
          i % 97 == 13 ? Double.NaN : 0.55 + 0.3 * random.nextDouble(),
          warms ? 0.6 : drains ? 1 : i % 50 == 7 ? 0.25 : 0,
          warms
              ? "warming up: 4 s of 10 s"
              : drains ? "draining" : i % 50 == 7 ? "p99 three times its peers'" : ""));
    }
    return rows;
  }

  private double offered(int second) {
    return base * PER_REPLICA * (second >= STEP && second < END ? 4 : 1);
  }

  private double capacity(int second) {
    return ready(second) + 0.5 * warming(second);
  }

  private int desired(int second) {
    int half = 2 * base + Math.max(1, base / 2);
    if (second < STEP + 3 || second >= END + 30) {
      return base;
    }
    return second < STEP + 7 ? half : 4 * base;
  }

  private int ready(int second) {
    int half = 2 * base + Math.max(1, base / 2);
    if (second < STEP + 14 || second >= END + 30) {
      return base;
    } else if (second < STEP + 19) {
      return half;
    } else if (second >= KILL && second < KILL + 14) {
      return 4 * base - 1;
    }
    return 4 * base;
  }

  private int warming(int second) {
    int half = 2 * base + Math.max(1, base / 2);
    int first = second >= STEP + 5 && second < STEP + 14 ? half - base : 0;
    int second2 = second >= STEP + 10 && second < STEP + 19 ? 4 * base - half : 0;
    int third = second >= KILL + 4 && second < KILL + 14 ? 1 : 0;
    return first + second2 + third;
  }

  private int draining(int second) {
    return second >= END + 30 && second < END + 36 ? 3 * base : 0;
  }

  private static String name(int i) {
    return "orders-" + (i + 1);
  }

  private static String rate(int replicas) {
    return String.format("%,d calls/s", Math.round(replicas * PER_REPLICA));
  }
}
