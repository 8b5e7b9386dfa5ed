// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.door;

import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.controller.config.system.HaproxyConfig;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.haproxy.HaproxyEndpointSink;
import dev.sinew.haproxy.HaproxyRegistration;
import dev.sinew.haproxy.HaproxyStatus;
import dev.sinew.haproxy.ServerOptions;
import dev.sinew.haproxy.agent.AgentResponder;
import dev.sinew.haproxy.socket.HaproxySocket;
import dev.sinew.load.LoadReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The backends of HAProxy that a controller keeps in step with its fleet.
 *
 * <p>A service and its backup share one backend, and a backend has one writer. So the sink is shared,
 * and is told that it knows all when both have told it their replicas.
 *
 * <p>Of a backend that is balanced by weights, HAProxy asks for them here; they follow the load reports of
 * both.
 */
public final class Doors {
  /**
   * The controller itself finds who is dead or frozen and tells HAProxy; these checks are for the time
   * without a controller. So they are patient with a replica that is cold or busy.
   */
  private static final ServerOptions.Check CHECK =
      new ServerOptions.Check(Duration.ofSeconds(1), 3, 1);

  private static final Duration AGENT_INTERVAL = Duration.ofMillis(500);
  private static final String LOOPBACK = "127.0.0.1";

  private final Map<Key, Shared> sinks = new HashMap<>(); // guarded by itself
  private final Map<String, Agent> agents = new HashMap<>(); // by backend; guarded by sinks
  private final @Nullable AgentPorts ports;

  private record Key(
      List<String> sockets,
      String backend,
      DoorConfig.Protocol protocol,
      Duration slowStart,
      boolean weighted) {}

  private static final class Shared {
    final HaproxyEndpointSink sink;
    final Set<Use> users = new HashSet<>();
    final Set<String> complete = new HashSet<>();

    Shared(HaproxyEndpointSink sink) {
      this.sink = sink;
    }
  }

  /** What answers for the weights of a backend, as long as anybody uses it in any way. */
  private record Agent(
      AgentResponder responder, Map<Use, Supplier<Map<String, LoadReport>>> reports) {
    static Agent start(AgentPorts ports, String backend) {
      Map<Use, Supplier<Map<String, LoadReport>>> reports = new ConcurrentHashMap<>();
      return new Agent(ports.start(backend, () -> all(reports)), reports);
    }

    private static Map<String, LoadReport> all(
        Map<Use, Supplier<Map<String, LoadReport>>> reports) {
      Map<String, LoadReport> all = new HashMap<>();
      reports.values().forEach(some -> all.putAll(some.get()));
      return all;
    }
  }

  /** Doors of a program that tells no weights, so every new server gets the same. */
  public Doors() {
    this.ports = null;
  }

  /**
   * Doors of a controller.
   *
   * @param state a folder of their own for what survives a restart; it need not exist
   */
  public Doors(Path state) {
    this.ports = new AgentPorts(state);
  }

  /** The keeper of one service's door. */
  public ServiceDoor open(DoorSettings settings) {
    return new ServiceDoor(this, settings);
  }

  @Nullable Use use(DoorSettings settings, Supplier<Map<String, LoadReport>> reports) {
    DoorConfig door = settings.door();
    HaproxyConfig haproxy = settings.haproxy();
    return door == null || haproxy == null
        ? null
        : new Use(
            settings,
            new Key(
                haproxy.sockets(),
                door.backend(),
                door.protocol(),
                door.slowStart(),
                ports != null && door.balance() == DoorConfig.Balance.WEIGHTED),
            reports);
  }

  private HaproxyEndpointSink open(Key key, @Nullable Agent agent, Duration grace) {
    List<HaproxySocket> haproxies = key.sockets().stream().map(HaproxySocket::at).toList();
    ServerOptions plain =
        key.protocol() == DoorConfig.Protocol.GRPC ? ServerOptions.grpc() : ServerOptions.http1();
    ServerOptions options =
        plain.with(CHECK).withSlowStart(key.slowStart());
    if (agent != null) {
      int port = agent.responder().port();
      options = options.with(new ServerOptions.Agent(LOOPBACK, port, AGENT_INTERVAL));
    }
    return HaproxyEndpointSink.open(haproxies, key.backend(), options, grace);
  }

  /** One service's use of a sink. */
  final class Use {
    private final DoorSettings settings;
    private final Key key;
    private final HaproxyEndpointSink sink;

    private Use(DoorSettings settings, Key key, Supplier<Map<String, LoadReport>> reports) {
      this.settings = settings;
      this.key = key;
      synchronized (sinks) {
        Agent agent = !key.weighted() || ports == null
            ? null
            : agents.computeIfAbsent(key.backend(), backend -> Agent.start(ports, backend));
        Shared shared = sinks.computeIfAbsent(
            key, unused -> new Shared(open(key, agent, settings.grace())));
        this.sink = shared.sink;
        shared.users.add(this);
        if (agent != null) {
          agent.reports().put(this, reports);
        }
      }
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
        if (shared == null || !shared.users.remove(this)) {
          return;
        }
        silence();
        if (!shared.users.isEmpty()) {
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

    private void silence() {
      Agent agent = agents.get(key.backend());
      if (agent != null && agent.reports().remove(this) != null && agent.reports().isEmpty()) {
        agents.remove(key.backend());
        agent.responder().close();
      }
    }
  }
}
