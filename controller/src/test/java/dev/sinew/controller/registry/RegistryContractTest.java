// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * The contract against the embedded registry, or against the agent named by the system property
 * sinew.consul, such as http://127.0.0.1:8500.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryContractTest {
  private @Nullable RegistryServer server;
  private @Nullable URI agent;

  @BeforeAll
  void start() throws Exception {
    String named = System.getProperty("sinew.consul", "");
    if (named.isEmpty()) {
      server =
          RegistryServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
      agent = URI.create("http://127.0.0.1:" + server.address().getPort());
    } else {
      agent = URI.create(named);
    }
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> contract() {
    URI uri = java.util.Objects.requireNonNull(agent);
    return RegistryContract.cases().entrySet().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> run(uri, entry.getValue())));
  }

  private static void run(URI agent, Consumer<RegistryContract.Session> body) {
    try (RegistryContract.Session session = new RegistryContract(agent).session()) {
      body.accept(session);
    }
  }
}
