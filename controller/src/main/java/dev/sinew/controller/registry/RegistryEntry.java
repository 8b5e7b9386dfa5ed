// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One registered instance of a service as it was at one moment.
 *
 * @param id unique in the registry
 * @param service the service's name
 * @param address host name or address; empty when the client gave none
 * @param port as the client gave it; not checked
 * @param passingWeight 1 to 65535
 * @param warningWeight 0 to 65535
 * @param createIndex the registry's index when the instance was registered
 * @param modifyIndex the registry's index when its definition changed last
 */
public record RegistryEntry(
    String id,
    String service,
    List<String> tags,
    Map<String, String> meta,
    String address,
    int port,
    int passingWeight,
    int warningWeight,
    List<Check> checks,
    long createIndex,
    long modifyIndex) {

  /** Copies the collections. */
  public RegistryEntry {
    tags = List.copyOf(tags);
    meta = Map.copyOf(meta);
    checks = List.copyOf(checks);
  }

  /** Whether all its checks pass. */
  public boolean passing() {
    return checks.stream().allMatch(check -> check.status() == Status.PASSING);
  }

  /**
   * One check of an instance.
   *
   * @param id unique in the registry
   * @param output the last words of its owner, at most 4096 characters
   */
  public record Check(
      String id,
      String name,
      String notes,
      Status status,
      String output,
      long createIndex,
      long modifyIndex) {}

  /** What a check says of its service. */
  public enum Status {
    /** Serves. */
    PASSING,
    /** Serves with trouble. */
    WARNING,
    /** Does not serve. */
    CRITICAL;

    /** The status of a name on the wire, or null if there is none. */
    static @Nullable Status of(String wire) {
      for (Status status : values()) {
        if (status.wire().equals(wire)) {
          return status;
        }
      }
      return null;
    }

    /** The name on the wire. */
    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
