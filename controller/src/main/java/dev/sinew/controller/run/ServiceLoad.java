// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.controller.dashboard.ReplicaRow;
import dev.sinew.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** The load of a service, summed up for people; what nobody tells is unknown, never zero. */
record ServiceLoad(Replicas replicas, Map<String, LoadReport> reports, ToldLoad told) {
  private static final double ALL = 1;

  /** From load reports of replicas and from what others tell, where a replica itself is silent. */
  static ServiceLoad of(Replicas replicas, Map<String, LoadReport> reports, List<Signal> signals) {
    ToldLoad told = ToldLoad.of(signals);
    Map<String, LoadReport> own = told.completing(reports);
    // Others may tell of more, as of a backup behind the same door.
    own.keySet().retainAll(replicas.all().stream().map(Replica::id).toList());
    return new ServiceLoad(replicas, own, told);
  }

  double callsPerSecond() {
    return sum(LoadReport::callsPerSecond, Metric.CALLS_PER_SECOND);
  }

  double errorsPerSecond() {
    return sum(LoadReport::errorsPerSecond, Metric.ERRORS_PER_SECOND);
  }

  double inFlight() {
    return sum(report -> report.inFlight() < 0 ? Double.NaN : report.inFlight(), Metric.IN_FLIGHT);
  }

  /** The mean of those that tell. */
  double utilization() {
    return known(LoadReport::utilization).average().orElse(Double.NaN);
  }

  /** How many ready replicas have a fresh report. */
  int reporting() {
    return (int) replicas.in(Replica.State.READY).stream()
        .filter(replica -> reports.containsKey(replica.id()))
        .count();
  }

  List<ReplicaRow> rows(Instant now) {
    double calls = callsPerSecond();
    return replicas.all().stream().map(replica -> row(replica, calls, now)).toList();
  }

  private ReplicaRow row(Replica replica, double calls, Instant now) {
    LoadReport report = reports.getOrDefault(replica.id(), LoadReport.UNKNOWN);
    String state = replica.state().name().toLowerCase(Locale.ROOT);
    boolean ready = replica.state() == Replica.State.READY;
    return new ReplicaRow(
        replica.id(),
        state,
        Duration.between(replica.startedAt(), now).toMillis() / 1e3,
        calls > 0 ? report.callsPerSecond() / calls : Double.NaN,
        report.inFlight(),
        report.utilization(),
        ready ? 0 : ALL,
        ready ? "" : "it is " + state);
  }

  private double sum(ToDoubleFunction<LoadReport> part, Metric metric) {
    double[] values = known(part).toArray();
    return values.length == 0 ? told.ofService(metric) : DoubleStream.of(values).sum();
  }

  private DoubleStream known(ToDoubleFunction<LoadReport> part) {
    Collection<LoadReport> all = reports.values();
    return all.stream().mapToDouble(part).filter(value -> !Double.isNaN(value));
  }
}
