// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.autoscaler.target.Replica;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.process.FleetStatus;
import dev.sinew.process.ProcessScaleTarget;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The replicas that a target itself has started: the controller sees their load without any registry,
 * so a registry that fails does not blind it.
 */
final class FleetEndpoints implements EndpointSource {
  private static final System.Logger LOG = System.getLogger(FleetEndpoints.class.getName());
  private static final long LOOK_MILLIS = 100;

  private final ProcessScaleTarget target;
  private final ScheduledExecutorService timer;
  private @Nullable ScheduledFuture<?> looks;
  private List<Endpoint> delivered = List.of();
  private boolean failing;

  FleetEndpoints(ProcessScaleTarget target, ScheduledExecutorService timer) {
    this.target = target;
    this.timer = timer;
  }

  @Override
  public synchronized void start(Consumer<List<Endpoint>> listener) {
    if (looks != null) {
      throw new IllegalStateException("source: started (expected: started once)");
    }
    looks =
        timer.scheduleWithFixedDelay(() -> look(listener), 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void close() {
    if (looks != null) {
      looks.cancel(false);
    }
  }

  /** A look that fails must not be the last one. */
  private void look(Consumer<List<Endpoint>> listener) {
    try {
      List<Endpoint> now = endpoints(target.status(), target.replicas().all());
      if (!now.equals(delivered)) {
        listener.accept(now);
        delivered = now;
      }
      failing = false;
    } catch (RuntimeException | Error e) {
      if (!failing) {
        LOG.log(Level.ERROR, "endpoints=failed", e);
      }
      failing = true;
    }
  }

  /** Those that have served and may serve: a stream to one that only starts would have to be retried. */
  static List<Endpoint> endpoints(FleetStatus status, List<Replica> replicas) {
    Map<String, Instant> started = new HashMap<>();
    replicas.forEach(replica -> started.put(replica.id(), replica.startedAt()));
    return status.children().stream()
        .filter(child -> child.port() > 0
            && (child.state() == FleetStatus.State.READY
                || child.state() == FleetStatus.State.UNREADY))
        .map(child -> endpoint(child, started.get(child.id())))
        .toList();
  }

  private static Endpoint endpoint(FleetStatus.ChildStatus child, @Nullable Instant startedAt) {
    Endpoint endpoint = Endpoint.of("127.0.0.1", child.port()).withId(child.id());
    return startedAt == null ? endpoint : endpoint.withStartedAt(startedAt);
  }
}
