// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import dev.sinew.controller.registry.RegistryEntry.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client registers: one instance of a service and its checks. */
record ServiceDefinition(
    String id,
    String name,
    List<String> tags,
    Map<String, String> meta,
    String address,
    int port,
    int passingWeight,
    int warningWeight,
    List<CheckDefinition> checks) {

  ServiceDefinition {
    tags = List.copyOf(tags);
    meta = Map.copyOf(meta);
    checks = List.copyOf(checks);
  }

  ServiceDefinition withoutChecks() {
    return new ServiceDefinition(
        id, name, tags, meta, address, port, passingWeight, warningWeight, List.of());
  }

  /**
   * A check that its owner keeps from expiring.
   *
   * @param ttl how long a word of its owner holds, above 0
   * @param status the first status of a new check
   * @param deregisterAfter when critical for so long the service goes, at least a minute; null: never
   */
  record CheckDefinition(
      String id,
      String name,
      String notes,
      Duration ttl,
      Status status,
      @Nullable Duration deregisterAfter) {}
}
