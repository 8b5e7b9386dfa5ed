// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Fleets and signals for tests: replicas r0, r1, … and a present. */
public final class Fleets {
  public static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  public static final Duration FRESH = Duration.ofSeconds(15);

  private Fleets() {}

  public static Instant ago(long seconds) {
    return NOW.minusSeconds(seconds);
  }

  public static Replica replica(String id, Replica.State state, Instant startedAt) {
    return new Replica(id, state, startedAt, state == Replica.State.STARTING ? null : startedAt);
  }

  /** So many ready replicas, all that are desired. */
  public static Replicas ready(int count) {
    return fleet(count, count, 0);
  }

  /** So many ready replicas, then so many that are starting. */
  public static Replicas fleet(int desired, int ready, int starting) {
    List<Replica> all = new ArrayList<>();
    for (int i = 0; i < ready + starting; i++) {
      Replica.State state = i < ready ? Replica.State.READY : Replica.State.STARTING;
      all.add(replica("r" + i, state, ago(3600)));
    }
    return new Replicas(desired, all);
  }

  public static Signal signal(Metric metric, String replica, double value) {
    return new Signal(metric, replica, value, NOW);
  }

  /** The first of the values told by r0, the second by r1, and so on. */
  public static List<Signal> told(Metric metric, double... values) {
    List<Signal> signals = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      signals.add(signal(metric, "r" + i, values[i]));
    }
    return signals;
  }

  /** The same value told by each of the first so many replicas. */
  public static List<Signal> each(Metric metric, int replicas, double value) {
    double[] values = new double[replicas];
    Arrays.fill(values, value);
    return told(metric, values);
  }
}
