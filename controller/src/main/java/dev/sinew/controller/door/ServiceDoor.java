// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.door;

import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.controller.config.system.HaproxyConfig;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.Health;
import dev.sinew.haproxy.HaproxyStatus;
import dev.sinew.load.LoadReport;
import dev.sinew.process.Doorkeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Tells HAProxy which replicas of one service come, rest, leave and are gone; or nobody.
 *
 * <p>If fewer than half of the replicas answer their health check, it is rather the looking that fails:
 * then none is taken from the door for its health, and HAProxy's own checks decide.
 */
public final class ServiceDoor implements Doorkeeper, AutoCloseable {
  private final Doors doors;
  private final Map<String, Known> known = new HashMap<>();
  private volatile Supplier<Map<String, LoadReport>> reports = Map::of;
  private DoorSettings settings;
  private Set<Doors.Key> keys = Set.of();
  private boolean complete;

  private static final class Known {
    final int port;
    boolean serves = true;
    boolean shown = true;

    Known(int port) {
      this.port = port;
    }
  }

  ServiceDoor(Doors doors, DoorSettings settings) {
    this.doors = doors;
    this.settings = settings;
    follow(settings);
  }

  /**
   * Has HAProxy's weights follow these reports, if it balances by weights; without any all are equal.
   *
   * @param latest the fresh reports by replica id; asked often, must not block
   */
  public void weighBy(Supplier<Map<String, LoadReport>> latest) {
    reports = latest;
  }

  /** Works by other settings from now on; a backend that is no longer the service's is emptied. */
  public synchronized void follow(DoorSettings next) {
    Set<Doors.Key> wanted = keys(next);
    for (Doors.Key key : wanted) {
      doors.use(key, next, () -> reports.get());
    }
    Set<Doors.Key> before = keys;
    Duration grace = settings.grace();
    settings = next;
    keys = wanted;
    for (Doors.Key key : wanted) {
      if (!before.contains(key)) {
        known.forEach((id, replica) -> register(key, id, replica));
      }
      if (complete) {
        doors.complete(key, next);
      }
    }
    for (Doors.Key key : before) {
      if (!wanted.contains(key)) {
        doors.empty(key, next.service(), known.keySet(), grace);
      }
    }
  }

  private static Set<Doors.Key> keys(DoorSettings settings) {
    DoorConfig door = settings.door();
    HaproxyConfig haproxy = settings.haproxy();
    Set<Doors.Key> keys = new LinkedHashSet<>();
    if (door != null && haproxy != null) {
      haproxy.sockets().forEach(socket -> keys.add(new Doors.Key(socket, door.backend())));
    }
    return keys;
  }

  @Override
  public synchronized void ready(String id, int port) {
    Known replica = known.get(id);
    if (replica == null || replica.port != port) {
      // Also of one that was leaving: a registration that drains stays so, so it is made anew.
      Known fresh = new Known(port);
      known.put(id, fresh);
      keys.forEach(key -> register(key, id, fresh));
    } else {
      replica.serves = true;
    }
    showHealth();
  }

  private void register(Doors.Key key, String id, Known replica) {
    int weight = Endpoint.ORDINARY_WEIGHT;
    doors.register(
        key,
        new Endpoint(
            id, "127.0.0.1", replica.port, "", weight, settings.priority(), null, Map.of()));
    if (!replica.shown) {
      doors.health(key, id, Health.CRITICAL);
    }
  }

  @Override
  public synchronized void unready(String id) {
    Known replica = known.get(id);
    if (replica != null) {
      replica.serves = false;
      showHealth();
    }
  }

  private void showHealth() {
    long serving = known.values().stream().filter(replica -> replica.serves).count();
    boolean believed = serving * 2 >= known.size();
    known.forEach((id, replica) -> {
      boolean shows = replica.serves || !believed;
      if (shows != replica.shown) {
        replica.shown = shows;
        Health health = shows ? Health.PASSING : Health.CRITICAL;
        keys.forEach(key -> doors.health(key, id, health));
      }
    });
  }

  @Override
  public synchronized CompletionStage<Void> leaving(String id) {
    known.remove(id);
    CompletableFuture<?>[] quiet = keys.stream()
        .map(key -> doors.drain(key, id, settings.grace()).toCompletableFuture())
        .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(quiet);
  }

  @Override
  public synchronized void gone(String id) {
    known.remove(id);
    keys.forEach(key -> doors.withdraw(key, id));
  }

  /** Every replica that was there before has been told of: what else bears our name is a leftover. */
  public synchronized void complete() {
    complete = true;
    keys.forEach(key -> doors.complete(key, settings));
  }

  /** How each HAProxy stands; empty without a door. */
  public synchronized List<HaproxyStatus> status() {
    List<HaproxyStatus> all = new ArrayList<>();
    keys.forEach(key -> all.addAll(doors.status(key)));
    return all;
  }

  /** What a person should know of the door. */
  public List<String> troubles() {
    return status().stream()
        .filter(status -> !status.error().isEmpty())
        .map(status -> status.haproxy() + ": " + status.error())
        .toList();
  }

  /** Takes every replica from HAProxy, which takes the grace and 2 s at most, and tells no more. */
  public void empty() {
    Set<Doors.Key> before;
    Set<String> ids;
    synchronized (this) {
      before = keys;
      ids = Set.copyOf(known.keySet());
    }
    before.forEach(key -> doors.emptyAndWait(key, ids));
    close();
  }

  /** Whether there is a door at all. */
  public synchronized boolean exists() {
    return !keys.isEmpty();
  }

  /** Tells no more; HAProxy keeps what it has, since replicas may outlive the controller. */
  @Override
  public void close() {
    Set<Doors.Key> before;
    synchronized (this) {
      before = keys;
      keys = Set.of();
    }
    before.forEach(key -> doors.leave(key, settings.service()));
  }
}
