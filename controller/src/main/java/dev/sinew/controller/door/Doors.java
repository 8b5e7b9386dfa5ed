// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.door;

import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.controller.config.system.HaproxyConfig;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.haproxy.HaproxyEndpointSink;
import dev.sinew.haproxy.HaproxyRegistration;
import dev.sinew.haproxy.HaproxyStatus;
import dev.sinew.haproxy.ServerOptions;
import dev.sinew.haproxy.socket.HaproxySocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The backends of HAProxy that a controller keeps in step with its fleet.
 *
 * <p>A service and its backup share one backend, and a backend has one writer. So the sink is shared,
 * and is told that it knows all when both have told it their replicas.
 */
public final class Doors {
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);

  private final Map<Key, Shared> sinks = new HashMap<>(); // guarded by itself

  private record Key(
      List<String> sockets, String backend, DoorConfig.Protocol protocol, Duration slowStart) {}

  private static final class Shared {
    final HaproxyEndpointSink sink;
    final Set<String> users = new HashSet<>();
    final Set<String> complete = new HashSet<>();

    Shared(HaproxyEndpointSink sink) {
      this.sink = sink;
    }
  }

  /** The keeper of one service's door. */
  public ServiceDoor open(DoorSettings settings) {
    return new ServiceDoor(this, settings);
  }

  @Nullable Use use(DoorSettings settings) {
    DoorConfig door = settings.door();
    HaproxyConfig haproxy = settings.haproxy();
    return door == null || haproxy == null
        ? null
        : new Use(
            settings,
            new Key(haproxy.sockets(), door.backend(), door.protocol(), door.slowStart()));
  }

  /** One service's use of a sink. */
  final class Use {
    private final DoorSettings settings;
    private final Key key;
    private final HaproxyEndpointSink sink;

    private Use(DoorSettings settings, Key key) {
      this.settings = settings;
      this.key = key;
      synchronized (sinks) {
        Shared shared = sinks.computeIfAbsent(key, unused -> new Shared(open()));
        shared.users.add(settings.service());
        this.sink = shared.sink;
      }
    }

    private HaproxyEndpointSink open() {
      List<HaproxySocket> haproxies =
          key.sockets().stream().map(HaproxySocket::at).toList();
      ServerOptions plain =
          key.protocol() == DoorConfig.Protocol.GRPC ? ServerOptions.grpc() : ServerOptions.http1();
      ServerOptions options =
          plain.with(new ServerOptions.Check(CHECK_INTERVAL, 2, 1)).withSlowStart(key.slowStart());
      return HaproxyEndpointSink.open(haproxies, key.backend(), options, settings.grace());
    }

    HaproxyRegistration register(Endpoint endpoint) {
      return sink.register(endpoint);
    }

    void complete() {
      synchronized (sinks) {
        Shared shared = sinks.get(key);
        if (shared != null) {
          shared.complete.add(settings.service());
          if (shared.complete.containsAll(settings.sharing())) {
            shared.sink.complete();
          }
        }
      }
    }

    boolean sameAs(@Nullable Use other) {
      return other != null
          && other.key.sockets().equals(key.sockets())
          && other.key.backend().equals(key.backend());
    }

    List<HaproxyStatus> status() {
      return sink.status();
    }

    /**
     * The last to use the sink ends it.
     *
     * @param empty whether its servers go, which takes the grace and 2 s at most, not only its word
     */
    void end(boolean empty) {
      synchronized (sinks) {
        Shared shared = sinks.get(key);
        if (shared == null || !shared.users.remove(settings.service()) || !shared.users.isEmpty()) {
          return;
        }
        sinks.remove(key);
      }
      if (empty) {
        sink.close();
      } else {
        sink.leave();
      }
    }
  }
}
