// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.controller.load.CallRecorder;
import dev.sinew.controller.load.SecondSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the fleet looked like in each second of a run; used by one thread. */
final class FleetHistory {
  private final TreeMap<Integer, Moment> seconds = new TreeMap<>();
  private int peakReady;

  /** Notes the present; the latest look in each second is kept. */
  void add(double atSeconds, Replicas replicas, CallRecorder.Recent calls) {
    Moment moment = new Moment(
        replicas.ready(),
        replicas.desired(),
        replicas.in(Replica.State.STARTING).size(),
        replicas.in(Replica.State.DRAINING).size(),
        calls);
    seconds.put((int) atSeconds, moment);
    peakReady = Math.max(peakReady, moment.ready());
  }

  Moment latest() {
    return seconds.lastEntry().getValue();
  }

  int peakReady() {
    return peakReady;
  }

  /** Replicas ready in each second, oldest first. */
  List<Double> readyCounts() {
    return seconds.values().stream().map(moment -> (double) moment.ready()).toList();
  }

  /** Calls and replicas of each second side by side. */
  List<DemoResult.Second> series(List<SecondSummary> calls) {
    List<DemoResult.Second> series = new ArrayList<>();
    for (SecondSummary second : calls) {
      Map.Entry<Integer, Moment> entry = seconds.floorEntry(second.second());
      Moment moment = entry == null ? seconds.firstEntry().getValue() : entry.getValue();
      series.add(new DemoResult.Second(
          second.second(),
          second.offered(),
          second.ok(),
          second.failed(),
          Demo.known(second.p50Millis()),
          Demo.known(second.p99Millis()),
          moment.ready(),
          moment.desired(),
          moment.starting(),
          moment.draining()));
    }
    return series;
  }

  record Moment(int ready, int desired, int starting, int draining, CallRecorder.Recent calls) {}
}
