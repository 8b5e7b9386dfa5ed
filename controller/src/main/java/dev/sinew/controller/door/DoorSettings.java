// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.door;

import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.ServiceConfig;
import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.controller.config.system.HaproxyConfig;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one service's door is.
 *
 * @param service its name
 * @param priority of its replicas: 0, or 1 for a backup
 * @param door what the file says of it, or null if it has none
 * @param haproxy where it is, null without a door
 * @param sharing the services that have the same backend, itself among them
 * @param grace how long the calls of a replica that leaves may take to end
 */
public record DoorSettings(
    String service,
    int priority,
    @Nullable DoorConfig door,
    @Nullable HaproxyConfig haproxy,
    Set<String> sharing,
    Duration grace) {
  /** Copies the set. */
  public DoorSettings {
    sharing = Set.copyOf(sharing);
  }

  /** The door of a service of a fleet. */
  public static DoorSettings of(ServiceConfig service, FleetConfig fleet) {
    DoorConfig door = service.door();
    Set<String> sharing = fleet.services().values().stream()
        .filter(other ->
            door != null && other.door() != null && other.door().backend().equals(door.backend()))
        .map(ServiceConfig::name)
        .collect(Collectors.toSet());
    return new DoorSettings(
        service.name(),
        service.priority(),
        door,
        door == null ? null : fleet.haproxy(),
        sharing,
        service.drainGrace());
  }
}
