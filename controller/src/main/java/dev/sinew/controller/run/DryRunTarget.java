// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.ScaleTarget;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** The replicas that somebody else runs, as discovery lists them; decisions are not acted upon. */
final class DryRunTarget implements ScaleTarget, EndpointSource {
  private final EndpointSource endpoints;
  private volatile List<Endpoint> listed = List.of();

  /** Looks at the endpoints of a source, and hands its lists on. */
  DryRunTarget(EndpointSource endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  public void start(Consumer<List<Endpoint>> listener) {
    endpoints.start(list -> {
      listed = List.copyOf(list);
      listener.accept(list);
    });
  }

  @Override
  public Replicas replicas() {
    List<Endpoint> now = listed;
    return new Replicas(now.size(), now.stream().map(DryRunTarget::replica).toList());
  }

  /** Does nothing: that is what a dry run is for. */
  @Override
  public void apply(ScaleDecision decision) {}

  @Override
  public void close() {
    endpoints.close();
  }

  private static Replica replica(Endpoint endpoint) {
    Instant started = endpoint.startedAt() == null ? Instant.EPOCH : endpoint.startedAt();
    return new Replica(endpoint.id(), Replica.State.READY, started, started);
  }
}
