// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.door;

import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.Health;
import dev.sinew.haproxy.HaproxyEndpointSink;
import dev.sinew.haproxy.HaproxyRegistration;
import dev.sinew.haproxy.HaproxyStatus;
import dev.sinew.haproxy.ServerOptions;
import dev.sinew.haproxy.socket.HaproxySocket;
import dev.sinew.load.LoadReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The backends of HAProxy that a controller keeps in step with its fleet.
 *
 * <p>A service and its backup share one backend, and a backend has one writer. So each backend of each
 * HAProxy has one sink, whoever uses it, and the sink is told that it knows all when all have told it
 * their replicas. A sink that nobody uses any more is kept until what leaves it has left.
 */
public final class Doors {
  /**
   * The controller itself finds who is dead or frozen and tells HAProxy; these checks are for the time
   * without a controller. So they are patient with a replica that is cold or busy.
   */
  private static final ServerOptions.Check CHECK =
      new ServerOptions.Check(Duration.ofSeconds(1), 3, 1);

  private static final Duration CLOSING = Duration.ofSeconds(3);

  private final Map<Key, Shared> sinks = new HashMap<>(); // guarded by this
  private final Agents agents; // guarded by this

  /** One backend of one HAProxy. */
  record Key(String socket, String backend) {}

  private static final class Shared {
    final HaproxyEndpointSink sink;
    final Map<String, HaproxyRegistration> registrations = new HashMap<>();
    final Set<String> users = new HashSet<>();
    final Set<String> complete = new HashSet<>();

    Shared(HaproxyEndpointSink sink) {
      this.sink = sink;
    }
  }

  /** Doors of a program that tells no weights, so every new server gets the same. */
  public Doors() {
    this.agents = new Agents(null);
  }

  /**
   * Doors of a controller.
   *
   * @param state a folder of their own for what survives a restart; it need not exist
   */
  public Doors(Path state) {
    this.agents = new Agents(new AgentPorts(state));
  }

  /** The keeper of one service's door. */
  public ServiceDoor open(DoorSettings settings) {
    return new ServiceDoor(this, settings);
  }

  /** From now on a service uses a backend, by these settings. */
  synchronized void use(Key key, DoorSettings settings, Supplier<Map<String, LoadReport>> reports) {
    ServerOptions options = agents.with(options(settings), key.backend(), settings, reports);
    Shared shared = sinks.get(key);
    if (shared == null) {
      shared = new Shared(HaproxyEndpointSink.open(
          List.of(HaproxySocket.at(key.socket())), key.backend(), options, settings.grace()));
      sinks.put(key, shared);
    } else {
      shared.sink.options(options, settings.grace());
    }
    shared.users.add(settings.service());
  }

  private static ServerOptions options(DoorSettings settings) {
    DoorConfig door = settings.door();
    boolean grpc = door != null && door.protocol() == DoorConfig.Protocol.GRPC;
    return (grpc ? ServerOptions.grpc() : ServerOptions.http1())
        .with(CHECK)
        .withSlowStart(door == null ? Duration.ZERO : door.slowStart());
  }

  synchronized void register(Key key, Endpoint endpoint) {
    Shared shared = sinks.get(key);
    if (shared != null) {
      shared.registrations.put(endpoint.id(), shared.sink.register(endpoint));
    }
  }

  synchronized void health(Key key, String id, Health health) {
    HaproxyRegistration registration = registration(key, id);
    if (registration != null) {
      registration.health(health);
    }
  }

  /** Completes when a replica has no more calls and is taken away, or at once if it is not there. */
  synchronized CompletionStage<Boolean> drain(Key key, String id, Duration grace) {
    HaproxyRegistration registration = registration(key, id);
    return registration == null
        ? CompletableFuture.completedFuture(true)
        : registration.drain(grace).thenApply(quiet -> {
          drained(key, id, registration);
          return quiet;
        });
  }

  /** One that was taken back meanwhile stays. */
  private synchronized void drained(Key key, String id, HaproxyRegistration registration) {
    Shared shared = sinks.get(key);
    if (shared != null && shared.registrations.remove(id, registration)) {
      registration.withdraw();
    }
  }

  /** Takes a replica from the door; returns at once. */
  synchronized void withdraw(Key key, String id) {
    Shared shared = sinks.get(key);
    HaproxyRegistration registration = shared == null ? null : shared.registrations.remove(id);
    if (registration != null) {
      registration.withdraw();
    }
  }

  private @Nullable HaproxyRegistration registration(Key key, String id) {
    Shared shared = sinks.get(key);
    return shared == null ? null : shared.registrations.get(id);
  }

  /** A service has told all its replicas. */
  synchronized void complete(Key key, DoorSettings settings) {
    Shared shared = sinks.get(key);
    if (shared != null) {
      shared.complete.add(settings.service());
      if (shared.complete.containsAll(settings.sharing())) {
        shared.sink.complete();
      }
    }
  }

  synchronized List<HaproxyStatus> status(Key key) {
    Shared shared = sinks.get(key);
    return shared == null ? List.of() : shared.sink.status();
  }

  /** A service leaves a backend, and its replicas with it; returns at once. */
  synchronized void empty(Key key, String service, Collection<String> ids, Duration grace) {
    ids.forEach(id -> withdraw(key, id));
    agents.end(key.backend(), service);
    Shared shared = sinks.get(key);
    if (shared != null) {
      shared.users.remove(service);
      long patience = grace.plus(CLOSING).toMillis();
      CompletableFuture.delayedExecutor(patience, TimeUnit.MILLISECONDS)
          .execute(() -> leaveIfUnused(key));
    }
  }

  /** A service tells no more; HAProxy keeps its replicas. */
  void leave(Key key, String service) {
    synchronized (this) {
      agents.end(key.backend(), service);
      Shared shared = sinks.get(key);
      if (shared != null) {
        shared.users.remove(service);
      }
    }
    leaveIfUnused(key);
  }

  private void leaveIfUnused(Key key) {
    Shared unused;
    synchronized (this) {
      unused = sinks.get(key);
      if (unused == null || !unused.users.isEmpty()) {
        return;
      }
      sinks.remove(key);
    }
    unused.sink.leave();
  }

  /** Takes replicas from a backend and waits until they are gone, for the grace and 2 s at most. */
  void emptyAndWait(Key key, Collection<String> ids) {
    Map<String, HaproxyRegistration> leaving = new HashMap<>();
    synchronized (this) {
      Shared shared = sinks.get(key);
      if (shared == null) {
        return;
      }
      for (String id : ids) {
        HaproxyRegistration registration = shared.registrations.remove(id);
        if (registration != null) {
          leaving.put(id, registration);
          registration.withdraw();
        }
      }
    }
    leaving.values().forEach(HaproxyRegistration::close);
  }
}
