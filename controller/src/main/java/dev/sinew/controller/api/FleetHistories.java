// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import dev.sinew.controller.dashboard.LiveHistory;
import dev.sinew.controller.dashboard.RunInfo;
import dev.sinew.controller.fleet.FleetView;
import dev.sinew.controller.fleet.FleetView.ControllerView;
import dev.sinew.controller.fleet.ServiceView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the pages draw: the fleet over time. Beyond 50 services they share the memory of 50, so that each
 * goes back the less the more there are. Any thread may read.
 */
final class FleetHistories {
  private static final int FULL_HISTORIES = 50;
  private static final int MOST_SHARING = 20;

  private final String runId = UUID.randomUUID().toString();
  private final Map<String, ServiceHistory> services = new LinkedHashMap<>();
  private @Nullable ControllerView controller;

  /** Remembers what is; to be called once a second. */
  synchronized void record(FleetView fleet, Instant now) {
    ControllerView view = fleet.controller();
    List<ServiceView> all = fleet.services();
    controller = view;
    List<String> names = all.stream().map(ServiceView::name).toList();
    if (!List.copyOf(services.keySet()).equals(names)) {
      arrange(all, view);
    }
    for (ServiceView service : all) {
      ServiceHistory history = services.get(service.name());
      if (history != null) {
        history.record(service, view, all.size() == 1, now);
      }
    }
  }

  /** The history of one service, or null if there is none. */
  synchronized @Nullable LiveHistory of(String service) {
    ServiceHistory history = services.get(service);
    return history == null ? null : history.history();
  }

  /** The only service's name, or null if there are none or several. */
  synchronized @Nullable String only() {
    return services.size() == 1 ? services.keySet().iterator().next() : null;
  }

  /** All rows in the fleet file's order. */
  synchronized List<ServiceHistory.Row> rows() {
    Collection<ServiceHistory> all = services.values();
    List<ServiceHistory.Row> rows = new ArrayList<>(all.size());
    all.forEach(history -> rows.add(history.row()));
    return rows;
  }

  /** The controller as it was last recorded, or null before that. */
  synchronized @Nullable ControllerView controller() {
    return controller;
  }

  /** Services came, went or changed places; those that stay keep their history. */
  private void arrange(List<ServiceView> all, ControllerView view) {
    int sharing = Math.min(MOST_SHARING, 1 + Math.max(0, all.size() - 1) / FULL_HISTORIES);
    Map<String, ServiceHistory> before = new LinkedHashMap<>(services);
    services.clear();
    for (ServiceView service : all) {
      ServiceHistory kept = before.get(service.name());
      services.put(
          service.name(),
          kept != null
              ? kept
              : new ServiceHistory(
                  new LiveHistory(run(service, view), sharing), view.startedAt(), service));
    }
  }

  private RunInfo run(ServiceView service, ControllerView view) {
    return new RunInfo(
        runId,
        service.name(),
        view.file(),
        view.startedAt(),
        Double.NaN,
        service.min(),
        service.max(),
        Map.of(),
        Map.of("Sinew", view.version()));
  }
}
