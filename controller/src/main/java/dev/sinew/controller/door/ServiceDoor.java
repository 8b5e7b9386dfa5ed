// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.door;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.Health;
import dev.sinew.haproxy.HaproxyRegistration;
import dev.sinew.haproxy.HaproxyStatus;
import dev.sinew.load.LoadReport;
import dev.sinew.process.Doorkeeper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells HAProxy which replicas of one service come, rest, leave and are gone; or nobody. */
public final class ServiceDoor implements Doorkeeper, AutoCloseable {
  private final Doors doors;
  private final Map<String, Known> known = new HashMap<>();
  private final AtomicReference<Supplier<Map<String, LoadReport>>> reports =
      new AtomicReference<>(Map::of);
  private DoorSettings settings;
  private Doors.@Nullable Use use;
  private boolean complete;

  private static final class Known {
    final int port;
    boolean serves = true;

    @Nullable HaproxyRegistration registration;

    Known(int port) {
      this.port = port;
    }
  }

  ServiceDoor(Doors doors, DoorSettings settings) {
    this.doors = doors;
    this.settings = settings;
    this.use = doors.use(settings, () -> reports.get().get());
  }

  /**
   * Has HAProxy's weights follow these reports, if it balances by weights; without any all are equal.
   *
   * @param latest the fresh reports by replica id; asked often, must not block
   */
  public void weighBy(Supplier<Map<String, LoadReport>> latest) {
    reports.set(latest);
  }

  /** Works by other settings from now on; a backend that is no longer the service's is emptied. */
  public synchronized void follow(DoorSettings next) {
    if (next.equals(settings)) {
      return;
    }
    Doors.Use before = use;
    settings = next;
    use = doors.use(next, () -> reports.get().get());
    known.forEach((id, replica) -> {
      replica.registration = null;
      if (replica.serves) {
        register(id, replica);
      }
    });
    if (complete) {
      complete();
    }
    if (before != null && !before.sameAs(use)) {
      // It waits for calls to end, and a loop has no time for that.
      Thread closing = new Thread(() -> before.end(true), "sinew-door-closing");
      closing.setDaemon(true);
      closing.start();
    } else if (before != null) {
      before.end(false);
    }
  }

  @Override
  public synchronized void ready(String id, int port) {
    Known replica = known.get(id);
    if (replica != null && replica.registration != null && !replica.serves) {
      replica.serves = true;
      replica.registration.health(Health.PASSING);
      return;
    }
    // Also of one that was leaving: a registration that drains stays so, so it is made anew.
    replica = new Known(port);
    known.put(id, replica);
    register(id, replica);
  }

  private void register(String id, Known replica) {
    if (use != null) {
      replica.registration = use.register(new Endpoint(
          id,
          "127.0.0.1",
          replica.port,
          "",
          Endpoint.ORDINARY_WEIGHT,
          settings.priority(),
          null,
          Map.of()));
    }
  }

  @Override
  public synchronized void unready(String id) {
    Known replica = known.get(id);
    if (replica != null) {
      replica.serves = false;
      if (replica.registration != null) {
        replica.registration.health(Health.CRITICAL);
      }
    }
  }

  @Override
  public synchronized CompletionStage<Void> leaving(String id) {
    Known replica = known.remove(id);
    if (replica == null || replica.registration == null) {
      return CompletableFuture.completedFuture(null);
    }
    HaproxyRegistration registration = replica.registration;
    return registration.drain(settings.grace()).thenAccept(unused -> registration.withdraw());
  }

  @Override
  public synchronized void gone(String id) {
    Known replica = known.remove(id);
    if (replica != null && replica.registration != null) {
      replica.registration.withdraw();
    }
  }

  /** Every replica that was there before has been told of: what else bears our name is a leftover. */
  public synchronized void complete() {
    complete = true;
    if (use != null) {
      use.complete();
    }
  }

  /** How each HAProxy stands; empty without a door. */
  public synchronized List<HaproxyStatus> status() {
    return use == null ? List.of() : use.status();
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
    Doors.Use before;
    synchronized (this) {
      before = use;
      use = null;
    }
    if (before != null) {
      before.end(true);
    }
  }

  /** Whether there is a door at all. */
  public synchronized boolean exists() {
    return use != null;
  }

  /** Tells no more; HAProxy keeps what it has, since replicas may outlive the controller. */
  @Override
  public synchronized void close() {
    if (use != null) {
      use.end(false);
      use = null;
    }
  }
}
