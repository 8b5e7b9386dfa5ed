// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Three real Consul servers that elect a leader among themselves, each on an address of its own. */
public final class ConsulCluster implements AutoCloseable {
  private static final List<String> ADDRESSES = List.of("127.0.0.11", "127.0.0.12", "127.0.0.13");

  private final List<ConsulAgent> agents;

  private ConsulCluster(List<ConsulAgent> agents) {
    this.agents = List.copyOf(agents);
  }

  /** Starts it and waits until each of the three knows the leader. */
  public static ConsulCluster start() throws IOException, InterruptedException {
    ConsulAgent.Ports ports = ConsulAgent.Ports.free(ADDRESSES);
    List<ConsulAgent> agents = new ArrayList<>();
    ConsulCluster cluster;
    try {
      for (String address : ADDRESSES) {
        agents.add(ConsulAgent.server(address, ports, arguments(address, ports)));
      }
      cluster = new ConsulCluster(agents);
      for (ConsulAgent agent : agents) {
        agent.start();
      }
      for (ConsulAgent agent : agents) {
        agent.awaitLeader();
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      new ConsulCluster(agents).close();
      throw e;
    }
    return cluster;
  }

  /** The three. */
  public List<ConsulAgent> agents() {
    return agents;
  }

  @Override
  public void close() throws IOException {
    for (ConsulAgent agent : agents) {
      agent.close();
    }
  }

  private static List<String> arguments(String address, ConsulAgent.Ports ports) {
    List<String> arguments = new ArrayList<>(List.of(
        "-server",
        "-bootstrap-expect=3",
        "-node=n" + address.substring(address.lastIndexOf('.') + 1),
        "-hcl",
        "performance { raft_multiplier = 1 }",
        "-hcl",
        "retry_interval = \"1s\""));
    for (String other : ADDRESSES) {
      arguments.add("-retry-join=" + other + ":" + ports.lan());
    }
    return arguments;
  }
}
