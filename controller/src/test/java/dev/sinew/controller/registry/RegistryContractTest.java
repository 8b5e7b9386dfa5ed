// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The contract against the embedded registry. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryContractTest {
  private static final String TOKEN = "5c1c8d2e-0000-4000-8000-000000000001";

  private final List<RegistryServer> servers = new ArrayList<>();

  @AfterAll
  void stop() {
    servers.forEach(RegistryServer::close);
  }

  @TestFactory
  Stream<DynamicTest> embedded() throws Exception {
    return new RegistryContract(start(null)).tests();
  }

  @TestFactory
  Stream<DynamicTest> embedded_with_a_token() throws Exception {
    return new RegistryContract(start(TOKEN), TOKEN).tokenTests();
  }

  private URI start(@Nullable String token) throws Exception {
    RegistryServer server =
        RegistryServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), token);
    servers.add(server);
    return URI.create("http://127.0.0.1:" + server.address().getPort());
  }
}
