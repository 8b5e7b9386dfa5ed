// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.metrics;

import dev.sinew.controller.fleet.DecisionView;
import dev.sinew.controller.fleet.FleetView;
import dev.sinew.controller.fleet.ServiceView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often each service's number was changed since the controller started. */
final class DecisionCounts {
  /** More than a loop can decide between two looks. */
  private static final int MOST_NEW = 100;

  private final Map<String, Count> counts = new TreeMap<>(); // guarded by this

  /** Looks for new decisions; those of earlier runs do not count. */
  synchronized void look(FleetView fleet) {
    List<String> names = fleet.services().stream().map(ServiceView::name).toList();
    counts.keySet().retainAll(names);
    for (String name : names) {
      List<DecisionView> latest = fleet.decisions(name, MOST_NEW);
      if (latest != null) {
        counts
            .computeIfAbsent(name, n -> new Count(fleet.controller().startedAt()))
            .add(latest);
      }
    }
  }

  /** Those that raised the number. */
  synchronized long out(String service) {
    Count count = counts.get(service);
    return count == null ? 0 : count.out;
  }

  /** Those that lowered the number. */
  synchronized long in(String service) {
    Count count = counts.get(service);
    return count == null ? 0 : count.in;
  }

  private static final class Count {
    private Instant until;
    private long out;
    private long in;

    Count(Instant until) {
      this.until = until;
    }

    void add(List<DecisionView> latest) {
      for (DecisionView decision : latest) {
        if (decision.at().isAfter(until)) {
          until = decision.at();
          out += decision.to() > decision.from() ? 1 : 0;
          in += decision.to() < decision.from() ? 1 : 0;
        }
      }
    }
  }
}
