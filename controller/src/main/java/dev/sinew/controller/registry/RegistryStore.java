// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import dev.sinew.Expect;
import dev.sinew.controller.registry.Instance.Check;
import dev.sinew.controller.registry.RegistryEntry.Status;
import dev.sinew.controller.registry.ServiceDefinition.CheckDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is registered, as Consul 1.8 keeps it: services, TTL checks and one index per service.
 *
 * <p>Time is an argument. The index grows by one with each change that a reader can see; a change of
 * a check's output alone is none. A reader of one service sees that service's last change, or for one
 * without instances the last time that any service lost its last one.
 */
final class RegistryStore {
  /** The key of changes to the list of all services. */
  static final String CATALOG = "";

  static final int MOST_SERVICES = 10_000;
  private static final int LONGEST_OUTPUT = 4096;
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(1);

  private final Consumer<String> changed;
  private final Map<String, Instance> byId = new HashMap<>();
  private final Map<String, TreeMap<String, Instance>> byName = new TreeMap<>();
  private final Map<String, Check> checks = new HashMap<>();
  private final Map<String, Long> indexes = new HashMap<>();
  private long index;
  private long catalogIndex;
  private long extinctionIndex;
  private @Nullable Instant lastTick;

  /**
   * Makes an empty store.
   *
   * @param firstIndex above 0, and above any index of an earlier run so that old watchers wake
   * @param changed told the name of each service whose readers must look again, or {@link #CATALOG};
   *     called under the store's lock, so it must not wait
   */
  RegistryStore(long firstIndex, Consumer<String> changed) {
    Expect.that(firstIndex > 0, "firstIndex", firstIndex, "above 0");
    this.changed = changed;
    index = firstIndex;
    catalogIndex = firstIndex;
    extinctionIndex = firstIndex;
  }

  /**
   * Adds or replaces an instance. A check that exists keeps its status.
   *
   * @param replaceChecks whether checks that are not named again go
   */
  synchronized void register(ServiceDefinition service, boolean replaceChecks, Instant now) {
    Instance before = byId.get(service.id());
    if (before == null && byId.size() >= MOST_SERVICES) {
      throw new RefusedException(429, "too many services (limit: " + MOST_SERVICES + ")");
    }
    long next = index + 1;
    ServiceDefinition plain = service.withoutChecks();
    boolean same = before != null && before.definition.equals(plain);
    Instance instance = same && before != null
        ? before
        : new Instance(plain, before == null ? next : before.createIndex, next);
    boolean differs = adoptChecks(instance, before, service.checks(), replaceChecks, now) || !same;
    if (before != null && !before.definition.name().equals(plain.name())) {
      leave(before, next);
    }
    byId.put(plain.id(), instance);
    byName.computeIfAbsent(plain.name(), name -> new TreeMap<>()).put(plain.id(), instance);
    if (differs) {
      index = next;
      bump(plain.name());
    }
    if (!same) {
      catalogIndex = next;
      changed.accept(CATALOG);
    }
  }

  /** Removes an instance; true if there was one. */
  synchronized boolean deregister(String id) {
    Instance gone = byId.remove(id);
    if (gone == null) {
      return false;
    }
    gone.checks.keySet().forEach(checks::remove);
    index++;
    leave(gone, index);
    catalogIndex = index;
    changed.accept(CATALOG);
    return true;
  }

  /** Takes the owner's word on a check; false if there is no such check. */
  synchronized boolean update(String checkId, Status status, String output, Instant now) {
    Check check = checks.get(checkId);
    if (check == null) {
      return false;
    }
    check.deadline = now.plus(check.definition.ttl());
    set(check, status, output, now);
    return true;
  }

  /**
   * Lets time pass: TTLs run out, abandoned services go. To be called several times a second.
   *
   * <p>Every deadline is put off by the time since the last call if heart-beats of that time may still
   * be waiting to be read: if it was more than a second (a suspended machine, a stopped process), or
   * if the caller says so.
   *
   * @param unheard whether requests may wait unread
   */
  synchronized void tick(Instant now, boolean unheard) {
    Duration since = lastTick == null ? Duration.ZERO : Duration.between(lastTick, now);
    lastTick = now;
    if (unheard || since.compareTo(LONGEST_SILENCE) > 0) {
      checks.values().forEach(check -> check.putOff(since));
    }
    Set<String> abandoned = new HashSet<>();
    for (Check check : checks.values()) {
      if (check.expired(now)) {
        String last = check.output;
        String follows = " (last output before timeout follows): " + last;
        set(check, Status.CRITICAL, "TTL expired" + (last.isEmpty() ? "" : follows), now);
      } else if (check.abandoned(now)) {
        abandoned.add(check.instanceId);
      }
    }
    abandoned.forEach(this::deregister);
  }

  /** The index of {@link #service} without its entries. */
  synchronized long index(String name) {
    return name.equals(CATALOG) ? catalogIndex : indexes.getOrDefault(name, extinctionIndex);
  }

  /** The instances of one service in the order of their ids. */
  synchronized Reading<List<RegistryEntry>> service(String name) {
    List<RegistryEntry> entries = new ArrayList<>();
    byName.getOrDefault(name, new TreeMap<>()).values().forEach(i -> entries.add(i.entry()));
    return new Reading<>(index(name), List.copyOf(entries));
  }

  /** Every instance, in the order of services and ids. */
  synchronized List<RegistryEntry> all() {
    List<RegistryEntry> entries = new ArrayList<>(byId.size());
    byName
        .values()
        .forEach(instances -> instances.values().forEach(one -> entries.add(one.entry())));
    return entries;
  }

  /** All services and the tags that their instances carry. */
  synchronized Reading<Map<String, Set<String>>> services() {
    Map<String, Set<String>> tags = new TreeMap<>();
    byName.forEach((name, instances) -> {
      Set<String> all = tags.computeIfAbsent(name, n -> new TreeSet<>());
      instances.values().forEach(instance -> all.addAll(instance.definition.tags()));
    });
    return new Reading<>(catalogIndex, tags);
  }

  /** All instances, to be remembered. */
  synchronized RegistrySnapshot.Content content() {
    return new RegistrySnapshot.Content(
        index, byId.values().stream().map(RegistrySnapshot.Remembered::of).toList());
  }

  /** Takes back what was remembered into an empty store; each TTL begins anew. */
  synchronized void restore(List<RegistrySnapshot.Remembered> instances, Instant now) {
    Expect.that(byId.isEmpty(), "registry.instances", byId.size(), "none before a restore");
    for (RegistrySnapshot.Remembered one : instances) {
      Instance instance = one.instance(now);
      byId.put(instance.definition.id(), instance);
      byName
          .computeIfAbsent(instance.definition.name(), name -> new TreeMap<>())
          .put(instance.definition.id(), instance);
      indexes.put(instance.definition.name(), index);
      checks.putAll(instance.checks);
    }
  }

  /** The number of instances. */
  synchronized int size() {
    return byId.size();
  }

  private boolean adoptChecks(
      Instance to,
      @Nullable Instance before,
      List<CheckDefinition> wanted,
      boolean replace,
      Instant now) {
    boolean differs = false;
    Map<String, Check> old = before == null ? Map.of() : new TreeMap<>(before.checks);
    to.checks.clear();
    if (!replace) {
      to.checks.putAll(old);
    }
    for (CheckDefinition definition : wanted) {
      Check known = checks.get(definition.id());
      if (known != null
          && known.definition.equals(definition)
          && old.containsKey(definition.id())) {
        known.deadline = now.plus(definition.ttl());
        to.checks.put(definition.id(), known);
        continue;
      }
      Check fresh = new Check(definition, to.definition.id(), index + 1, now);
      if (known != null) {
        disown(known);
        fresh.status = known.status;
        fresh.output = known.output;
        fresh.criticalSince = known.criticalSince;
      }
      to.checks.put(definition.id(), fresh);
      checks.put(definition.id(), fresh);
      differs = true;
    }
    for (String id : old.keySet()) {
      if (!to.checks.containsKey(id)) {
        checks.remove(id);
        differs = true;
      }
    }
    to.touched();
    return differs;
  }

  // A check's id is unique in the registry: whoever registers it last has it.
  private void disown(Check check) {
    Instance owner = byId.get(check.instanceId);
    if (owner != null && owner.checks.remove(check.definition.id()) != null) {
      owner.touched();
    }
  }

  private void set(Check check, Status status, String output, Instant now) {
    Instance instance = byId.get(check.instanceId);
    boolean turns = check.status != status;
    if (turns && status == Status.CRITICAL) {
      check.criticalSince = now;
    }
    check.status = status;
    check.output = output.substring(0, Math.min(output.length(), LONGEST_OUTPUT));
    if (instance != null) {
      instance.touched();
      if (turns) {
        index++;
        check.modifyIndex = index;
        bump(instance.definition.name());
      }
    }
  }

  private void leave(Instance instance, long at) {
    String name = instance.definition.name();
    TreeMap<String, Instance> others = byName.get(name);
    if (others != null) {
      others.remove(instance.definition.id());
      if (others.isEmpty()) {
        byName.remove(name);
        indexes.remove(name);
        extinctionIndex = at;
      } else {
        indexes.put(name, at);
      }
    }
    changed.accept(name);
  }

  private void bump(String name) {
    indexes.put(name, index);
    changed.accept(name);
  }

  /**
   * What a query reads.
   *
   * @param index above 0; a later reading differs only if its index is greater
   */
  record Reading<T>(long index, T value) {}
}
