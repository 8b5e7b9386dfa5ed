// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.door;

import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.haproxy.ServerOptions;
import dev.sinew.haproxy.agent.AgentResponder;
import dev.sinew.load.LoadReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who tells HAProxy the weights of backends that are balanced by them: for each backend one, which follows
 * the load reports of all services behind it. Used under its owner's lock.
 */
final class Agents {
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final String LOOPBACK = "127.0.0.1";

  private final @Nullable AgentPorts ports;
  private final Map<String, Agent> agents = new HashMap<>();

  private record Agent(
      AgentResponder responder, Map<String, Supplier<Map<String, LoadReport>>> reports) {}

  /** Nobody tells weights if there are no ports. */
  Agents(@Nullable AgentPorts ports) {
    this.ports = ports;
  }

  /** Options with the agent of a backend, if the service's door goes by weights; else as they are. */
  ServerOptions with(
      ServerOptions options,
      String backend,
      DoorSettings settings,
      Supplier<Map<String, LoadReport>> reports) {
    DoorConfig door = settings.door();
    if (ports == null || door == null || door.balance() != DoorConfig.Balance.WEIGHTED) {
      end(backend, settings.service());
      return options;
    }
    Agent agent = agents.get(backend);
    if (agent == null) {
      Map<String, Supplier<Map<String, LoadReport>>> told = new ConcurrentHashMap<>();
      agent = new Agent(ports.start(backend, () -> all(told)), told);
      agents.put(backend, agent);
    }
    agent.reports().put(settings.service(), reports);
    return options.with(new ServerOptions.Agent(LOOPBACK, agent.responder().port(), INTERVAL));
  }

  private static Map<String, LoadReport> all(Map<String, Supplier<Map<String, LoadReport>>> told) {
    Map<String, LoadReport> all = new HashMap<>();
    told.values().forEach(some -> all.putAll(some.get()));
    return all;
  }

  /** A service is not behind a backend any more, or not by weights. */
  void end(String backend, String service) {
    Agent agent = agents.get(backend);
    if (agent != null
        && agent.reports().remove(service) != null
        && agent.reports().isEmpty()) {
      agents.remove(backend);
      agent.responder().close();
    }
  }
}
