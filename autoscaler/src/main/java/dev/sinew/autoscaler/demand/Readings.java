// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The trustworthy signals of a moment: fresh, plausible, of ready replicas, the newest of each.
 *
 * <p>Left out, and so unknown, is what bears a time in the future or older than the bound, what
 * lies beyond {@link #highest}, and what speaks of a replica that is starting, draining or not the
 * target's. Of two signals with the same time the higher counts: it is the one that does not scale
 * in.
 */
public final class Readings {
  private static final double HIGHEST_SHARE = 100;
  private static final double HIGHEST_AMOUNT = 1e9;

  private final Set<String> ready;
  private final Map<Metric, Map<String, Signal>> ofReplicas = new EnumMap<>(Metric.class);
  private final Map<Metric, Signal> ofService = new EnumMap<>(Metric.class);
  private final Map<String, Readings> others;

  private Readings(Set<String> ready, Map<String, Readings> others) {
    this.ready = ready;
    this.others = others;
  }

  /** Sifts the signals: what replicas tell of themselves, and apart from it what others tell. */
  public static Readings of(
      List<Signal> signals, Replicas replicas, Instant now, Duration freshness) {
    Set<String> ready = new LinkedHashSet<>();
    replicas.in(Replica.State.READY).forEach(replica -> ready.add(replica.id()));
    Readings readings = new Readings(ready, new TreeMap<>());
    for (Signal signal : signals) {
      Duration age = Duration.between(signal.at(), now);
      boolean fresh = !age.isNegative() && age.compareTo(freshness) <= 0;
      if (fresh && signal.value() <= highest(signal.metric())) {
        readings.among(signal.origin()).add(signal);
      }
    }
    return readings;
  }

  private Readings among(String origin) {
    return origin.equals(Signal.DIRECT)
        ? this
        : others.computeIfAbsent(origin, name -> new Readings(ready, Map.of()));
  }

  /** What one origin tells of the same replicas; nothing is known if it says nothing. */
  public Readings from(String origin) {
    return origin.equals(Signal.DIRECT)
        ? this
        : others.getOrDefault(origin, new Readings(ready, Map.of()));
  }

  /** Beyond this a value is a broken meter: 100 times full, or a thousand million of anything. */
  static double highest(Metric metric) {
    return switch (metric) {
      case UTILIZATION, CPU, MEMORY -> HIGHEST_SHARE;
      case CALLS_PER_SECOND, ERRORS_PER_SECOND, IN_FLIGHT, QUEUE_SECONDS -> HIGHEST_AMOUNT;
    };
  }

  private void add(Signal signal) {
    String replica = signal.replica();
    if (replica == null) {
      ofService.merge(signal.metric(), signal, Readings::newer);
    } else if (ready.contains(replica)) {
      ofReplicas
          .computeIfAbsent(signal.metric(), metric -> new HashMap<>())
          .merge(replica, signal, Readings::newer);
    }
  }

  private static Signal newer(Signal a, Signal b) {
    int order = a.at().compareTo(b.at());
    return order > 0 || (order == 0 && a.value() >= b.value()) ? a : b;
  }

  /** How many replicas are ready. */
  public int ready() {
    return ready.size();
  }

  /** How many ready replicas tell this metric. */
  public int told(Metric metric) {
    return of(metric).size();
  }

  /** The ids of the ready replicas that do not tell this metric, in the target's order. */
  public List<String> missing(Metric metric) {
    Set<String> known = of(metric).keySet();
    return ready.stream().filter(id -> !known.contains(id)).toList();
  }

  /** The sum over the ready replicas that tell this metric; it does not depend on their order. */
  public double sum(Metric metric) {
    return of(metric).values().stream().mapToDouble(Signal::value).sorted().sum();
  }

  /** What one replica tells, or null if it is unknown. */
  public @Nullable Double of(Metric metric, String replica) {
    Signal signal = of(metric).get(replica);
    return signal == null ? null : (Double) signal.value();
  }

  /** The most that anybody tells of one replica, or null if nobody does. */
  public @Nullable Double most(Metric metric, String replica) {
    Double most = of(metric, replica);
    for (Readings other : others.values()) {
      Double told = other.of(metric, replica);
      most = most == null || (told != null && told > most) ? told : most;
    }
    return most;
  }

  /** What is told of the whole service, or null if it is unknown. */
  public @Nullable Double ofService(Metric metric) {
    Signal signal = ofService.get(metric);
    return signal == null ? null : (Double) signal.value();
  }

  private Map<String, Signal> of(Metric metric) {
    return ofReplicas.getOrDefault(metric, Map.of());
  }
}
