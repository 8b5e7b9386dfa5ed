// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import dev.sinew.autoscaler.demand.Readings;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who leaves: first those that do not serve yet, then those with the least in flight, then the
 * youngest.
 *
 * <p>How much a silent replica has in flight is unknown, so it goes last. Ties fall in the target's
 * order.
 */
final class Victims {
  private Victims() {}

  /** The ids of those that leave so that so many remain of those that are not leaving already. */
  static List<String> of(int from, int to, Replicas replicas, Readings readings) {
    List<Replica> staying = Stream.of(Replica.State.STARTING, Replica.State.READY)
        .flatMap(state -> replicas.in(state).stream())
        .toList();
    if (to >= from) {
      return List.of();
    }
    Comparator<Replica> order = Comparator.comparing(Replica::state)
        .thenComparingDouble(replica -> inFlight(replica, readings))
        .thenComparing(Replica::startedAt, Comparator.reverseOrder());
    int leaving = Math.max(from - to, staying.size() - to);
    return staying.stream().sorted(order).limit(leaving).map(Replica::id).toList();
  }

  private static double inFlight(Replica replica, Readings readings) {
    if (replica.state() == Replica.State.STARTING) {
      return 0;
    }
    Double calls = readings.most(Metric.IN_FLIGHT, replica.id());
    return calls == null ? Double.POSITIVE_INFINITY : calls;
  }
}
