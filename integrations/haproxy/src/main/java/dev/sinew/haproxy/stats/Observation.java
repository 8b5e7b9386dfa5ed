// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import dev.sinew.autoscaler.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The figures of one HAProxy at one time.
 *
 * @param at when its answer arrived
 * @param service of the whole backend
 * @param replicas of each server, by replica id
 */
record Observation(Instant at, Figures service, Map<String, Figures> replicas) {
  Observation {
    replicas = Map.copyOf(replicas);
  }

  /** Whether it may still be believed; one from far in the future means that the clock jumped. */
  boolean fresh(Instant now, Duration oldest) {
    return Duration.between(at, now).abs().compareTo(oldest) <= 0;
  }

  /**
   * The signals of several HAProxies in front of the same service: sums over all of them, as old as the oldest.
   *
   * @param all one of each HAProxy; what one of them does not know is unknown in sum
   * @param whole whether to speak of the service, too
   */
  static List<Signal> signals(List<Observation> all, boolean whole, Instant now) {
    Instant oldest = all.stream().map(Observation::at).min(Instant::compareTo).orElse(now);
    Instant at = oldest.isAfter(now) ? now : oldest;
    Figures service = !whole
        ? Figures.UNKNOWN
        : all.stream().map(Observation::service).reduce(Figures.NONE, Figures::plus);
    Set<String> names = new TreeSet<>();
    all.forEach(one -> names.addAll(one.replicas().keySet()));
    Stream<Signal> ofReplicas = names.stream()
        .flatMap(name -> all.stream()
            .map(one -> one.replicas().getOrDefault(name, Figures.NONE))
            .reduce(Figures.NONE, Figures::plus)
            .signals(name, at));
    return Stream.concat(service.signals(null, at), ofReplicas).toList();
  }
}
