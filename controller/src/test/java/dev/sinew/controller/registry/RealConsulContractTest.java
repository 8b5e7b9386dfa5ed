// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import dev.sinew.consul.server.ConsulAgent;
import dev.sinew.consul.server.ConsulCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The contract, unchanged, against real Consul agents. */
@Tag("consul")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealConsulContractTest {
  private static final String TOKEN = "5c1c8d2e-0000-4000-8000-000000000001";

  private final List<AutoCloseable> servers = new ArrayList<>();

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> one_agent() throws Exception {
    ConsulAgent agent = ConsulAgent.dev();
    servers.add(agent);
    return new RegistryContract(agent.http()).tests();
  }

  @TestFactory
  Stream<DynamicTest> an_agent_of_three_servers() throws Exception {
    ConsulCluster cluster = ConsulCluster.start();
    servers.add(cluster);
    return new RegistryContract(cluster.agents().get(0).http()).tests();
  }

  @TestFactory
  Stream<DynamicTest> one_agent_with_a_token() throws Exception {
    ConsulAgent agent = ConsulAgent.dev(
        "primary_datacenter = \"dc1\"",
        "acl { enabled = true, default_policy = \"deny\", tokens { master = \"" + TOKEN + "\" } }");
    servers.add(agent);
    return new RegistryContract(agent.http(), TOKEN).tokenTests();
  }
}
