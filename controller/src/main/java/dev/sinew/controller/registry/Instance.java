// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import dev.sinew.controller.registry.RegistryEntry.Status;
import dev.sinew.controller.registry.ServiceDefinition.CheckDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The state of one registered instance; belongs to the store and its lock. */
final class Instance {
  final ServiceDefinition definition;
  final TreeMap<String, Check> checks = new TreeMap<>();
  final long createIndex;
  final long modifyIndex;
  private @Nullable RegistryEntry entry;

  Instance(ServiceDefinition definition, long createIndex, long modifyIndex) {
    this.definition = definition;
    this.createIndex = createIndex;
    this.modifyIndex = modifyIndex;
  }

  /** Says that a check has changed. */
  void touched() {
    entry = null;
  }

  RegistryEntry entry() {
    RegistryEntry made = entry;
    if (made == null) {
      made = new RegistryEntry(
          definition.id(),
          definition.name(),
          definition.tags(),
          definition.meta(),
          definition.address(),
          definition.port(),
          definition.passingWeight(),
          definition.warningWeight(),
          checks.values().stream().map(Check::snapshot).toList(),
          createIndex,
          modifyIndex);
      entry = made;
    }
    return made;
  }

  /** The state of one check. */
  static final class Check {
    final CheckDefinition definition;
    final String instanceId;
    final long createIndex;
    long modifyIndex;
    Status status;
    String output = "";
    Instant deadline;
    Instant criticalSince;

    Check(CheckDefinition definition, String instanceId, long index, Instant now) {
      this.definition = definition;
      this.instanceId = instanceId;
      this.createIndex = index;
      this.modifyIndex = index;
      this.status = definition.status();
      this.deadline = now.plus(definition.ttl());
      this.criticalSince = now;
    }

    /** Lets time that nobody could be heard in pass it by. */
    void putOff(Duration time) {
      deadline = deadline.plus(time);
      criticalSince = criticalSince.plus(time);
    }

    boolean expired(Instant now) {
      return status != Status.CRITICAL && !now.isBefore(deadline);
    }

    boolean abandoned(Instant now) {
      Duration after = definition.deregisterAfter();
      return after != null && status == Status.CRITICAL && !now.isBefore(criticalSince.plus(after));
    }

    RegistryEntry.Check snapshot() {
      return new RegistryEntry.Check(
          definition.id(),
          definition.name(),
          definition.notes(),
          status,
          output,
          createIndex,
          modifyIndex);
    }
  }
}
