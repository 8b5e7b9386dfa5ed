// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.controller.dashboard.ReplicaRow;
import dev.sinew.controller.fleet.DecisionView;
import dev.sinew.controller.fleet.FleetView;
import dev.sinew.controller.fleet.ServiceView;
import dev.sinew.controller.fleet.SourceStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A made-up fleet whose services do what a test says. */
public final class FakeFleet implements FleetView {
  public static final Instant STARTED = Instant.parse("2026-11-22T14:00:00Z");

  private final Map<String, ServiceView> services = new LinkedHashMap<>();
  private final Map<String, Hold> holds = new TreeMap<>();
  private final List<String> changes = Collections.synchronizedList(new ArrayList<>());
  private @Nullable Hold all;
  private ControllerView controller = new ControllerView(
      "0.1.0", STARTED, "fleet.yaml", STARTED, List.of(), null, false, 7, 0, List.of());
  private List<SourceStatus> sources = List.of();
  private boolean full;

  /** A fleet of so many services: orders, orders-2, orders-3, ... */
  public static FakeFleet of(int count) {
    FakeFleet fleet = new FakeFleet();
    for (int i = 1; i <= count; i++) {
      fleet.put(service(i == 1 ? "orders" : "orders-" + i, i));
    }
    return fleet;
  }

  /** A service with figures that follow from a seed. */
  static ServiceView service(String name, int seed) {
    double load = 100 + 900 * Math.abs(Math.sin(seed));
    int ready = 2 + seed % 5;
    List<ReplicaRow> replicas = new ArrayList<>();
    for (int i = 0; i < ready; i++) {
      replicas.add(
          new ReplicaRow(name + "-" + i, "ready", 60 + i, 1.0 / ready, 3, 0.5 + i * 0.05, 0, ""));
    }
    Reason reason = new Reason(
        "requests-per-replica",
        ready - 1,
        ready,
        "487.2 calls/s need 3.7 replicas at 130 calls/s each");
    DecisionView last = new DecisionView(
        STARTED.minusSeconds(90), ready - 1, ready, ready, ready - 1, List.of(reason));
    return new ServiceView(
        name,
        "running",
        2,
        8,
        ready,
        ready,
        0,
        0,
        load,
        seed % 7 == 0 ? 3 : 0,
        load / 40,
        0.3 + 0.6 * Math.abs(Math.cos(seed)),
        ready,
        null,
        last,
        List.of(reason.because()),
        List.of(),
        replicas);
  }

  /** The same service with other words. */
  static ServiceView with(
      ServiceView s, String state, @Nullable Hold hold, List<String> troubles, double calls) {
    return new ServiceView(
        s.name(),
        state,
        s.min(),
        s.max(),
        s.desired(),
        s.ready(),
        s.starting(),
        s.draining(),
        calls,
        s.errorsPerSecond(),
        s.inFlight(),
        s.utilization(),
        s.reporting(),
        hold,
        s.lastDecision(),
        s.now(),
        troubles,
        s.replicas());
  }

  /** The same service after a decision. */
  static ServiceView decided(ServiceView s, Instant at, int from, int to, String because) {
    DecisionView last = new DecisionView(
        at, from, to, to, from, List.of(new Reason("utilization", from, to, because)));
    return copy(s, last, s.replicas());
  }

  /** The same service with other replicas. */
  static ServiceView rows(ServiceView s, List<ReplicaRow> replicas) {
    return copy(s, s.lastDecision(), replicas);
  }

  private static ServiceView copy(
      ServiceView s, @Nullable DecisionView last, List<ReplicaRow> replicas) {
    return new ServiceView(
        s.name(),
        s.state(),
        s.min(),
        s.max(),
        s.desired(),
        s.ready(),
        s.starting(),
        s.draining(),
        s.callsPerSecond(),
        s.errorsPerSecond(),
        s.inFlight(),
        s.utilization(),
        s.reporting(),
        s.hold(),
        last,
        s.now(),
        s.troubles(),
        replicas);
  }

  public synchronized void put(ServiceView service) {
    services.put(service.name(), service);
  }

  synchronized ServiceView get(String name) {
    ServiceView found = services.get(name);
    if (found == null) {
      throw new IllegalStateException(name);
    }
    return found;
  }

  synchronized void remove(String name) {
    services.remove(name);
  }

  synchronized void controller(ControllerView now) {
    controller = now;
  }

  synchronized void diskFull(boolean now) {
    full = now;
  }

  /** What was asked of it, as {@code pause orders by ann: why}. */
  public List<String> seen() {
    return List.copyOf(changes);
  }

  @Override
  public synchronized List<ServiceView> services() {
    List<ServiceView> shown = new ArrayList<>();
    for (ServiceView service : services.values()) {
      Hold hold = all != null ? all : holds.get(service.name());
      shown.add(
          hold == null
              ? service
              : with(service, "paused", hold, service.troubles(), service.callsPerSecond()));
    }
    return shown;
  }

  @Override
  public synchronized ControllerView controller() {
    return new ControllerView(
        controller.version(),
        controller.startedAt(),
        controller.file(),
        controller.fileLoadedAt(),
        controller.fileProblems(),
        all != null ? all : controller.hold(),
        controller.dryRun(),
        controller.epoch(),
        controller.logFailures(),
        controller.troubles());
  }

  @Override
  public synchronized List<SourceStatus> sources() {
    return List.copyOf(sources);
  }

  public synchronized void sources(List<SourceStatus> now) {
    sources = List.copyOf(now);
  }

  @Override
  public synchronized Map<String, Long> logFailures() {
    Map<String, Long> none = new TreeMap<>();
    services.keySet().forEach(name -> none.put(name, 0L));
    return none;
  }

  @Override
  public synchronized @Nullable List<DecisionView> decisions(String service, int last) {
    ServiceView found = services.get(service);
    if (found == null) {
      return null;
    }
    List<DecisionView> decisions = new ArrayList<>();
    for (int i = Math.min(30, last); i > 0; i--) {
      Reason reason = new Reason("utilization", i, i + 1, "utilization 91 % is over 70 %");
      decisions.add(
          new DecisionView(STARTED.minusSeconds(60L * i), i, i + 1, i + 1, i, List.of(reason)));
    }
    return decisions;
  }

  @Override
  public synchronized boolean pause(@Nullable String service, Hold hold) {
    if (full) {
      throw new UncheckedIOException(new IOException("No space left on device"));
    }
    if (service == null) {
      all = hold;
    } else if (services.containsKey(service)) {
      holds.put(service, hold);
    } else {
      return false;
    }
    changes.add("pause " + service + " by " + hold.by() + ": " + hold.why());
    return true;
  }

  @Override
  public synchronized boolean resume(@Nullable String service, String by, String why) {
    if (service == null) {
      all = null;
    } else if (services.containsKey(service)) {
      holds.remove(service);
    } else {
      return false;
    }
    changes.add("resume " + service + " by " + by + ": " + why);
    return true;
  }
}
