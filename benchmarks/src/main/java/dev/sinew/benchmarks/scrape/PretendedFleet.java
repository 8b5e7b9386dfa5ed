// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.scrape;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.dashboard.ReplicaRow;
import dev.sinew.controller.fleet.DecisionView;
import dev.sinew.controller.fleet.FleetView;
import dev.sinew.controller.fleet.ServiceView;
import dev.sinew.controller.fleet.SourceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Services that do nothing, with views as a controller makes them anew for each scrape. */
record PretendedFleet(int count, int replicas) implements FleetView {
  @Override
  public List<ServiceView> services() {
    List<ServiceView> all = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      List<ReplicaRow> rows = new ArrayList<>();
      for (int r = 0; r < replicas; r++) {
        rows.add(new ReplicaRow("service-" + s + "-" + r, "ready", 60, 0.05, 3, 0.5, 0, ""));
      }
      all.add(new ServiceView(
          "service-" + s,
          "running",
          2,
          40,
          replicas,
          replicas,
          0,
          0,
          1234.5,
          0.5,
          60,
          0.625,
          replicas,
          null,
          null,
          List.of("1234.5 calls/s need 19.1 replicas"),
          List.of(),
          rows));
    }
    return all;
  }

  @Override
  public ControllerView controller() {
    return new ControllerView(
        "0", Instant.EPOCH, "fleet.yaml", Instant.EPOCH, List.of(), null, false, 1, 0, List.of());
  }

  @Override
  public List<SourceStatus> sources() {
    List<SourceStatus> all = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      Map<String, Long> failures = Map.of("stale", 1L, "rejected", 0L, "reconnect", 2L);
      all.add(new SourceStatus("service-" + s, "orca", failures, Instant.now(), true));
    }
    return all;
  }

  @Override
  public Map<String, Long> logFailures() {
    Map<String, Long> failures = new TreeMap<>();
    for (int s = 0; s < count; s++) {
      failures.put("service-" + s, 0L);
    }
    return failures;
  }

  @Override
  public List<DecisionView> decisions(String service, int last) {
    return List.of();
  }

  @Override
  public boolean pause(@Nullable String service, Hold hold) {
    return false;
  }

  @Override
  public boolean resume(@Nullable String service, String by, String why) {
    return false;
  }
}
