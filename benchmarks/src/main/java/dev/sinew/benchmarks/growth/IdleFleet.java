// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.ScaleTarget;
import dev.sinew.endpoint.Endpoint;
import java.time.Instant;
import java.util.List;

/** A target that takes every number and moves nothing: its replicas are ready and stay. */
final class IdleFleet implements ScaleTarget {
  private final List<Replica> all;
  private int desired;
  private int applied;

  IdleFleet(List<Endpoint> endpoints, Instant since) {
    all = endpoints.stream()
        .map(endpoint -> new Replica(endpoint.id(), Replica.State.READY, since, since))
        .toList();
    desired = all.size();
  }

  @Override
  public Replicas replicas() {
    return new Replicas(desired, all);
  }

  @Override
  public void apply(ScaleDecision decision) {
    desired = decision.to();
    applied++;
  }

  /** How many decisions changed the number. */
  int applied() {
    return applied;
  }
}
