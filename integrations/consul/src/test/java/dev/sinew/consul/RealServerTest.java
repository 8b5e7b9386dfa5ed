// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.consul.server.ConsulAgent;
import dev.sinew.consul.server.TestServers;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.grpc.SinewChannels;
import dev.sinew.grpc.SinewServerBuilder;
import dev.sinew.grpc.SinewServers;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real gRPC servers, announced by themselves or by the operator's files, and real channels. */
@Tag("consul")
class RealServerTest {
  private static final Path EXAMPLES = Path.of("../../examples/consul");

  @TempDir
  Path folder;

  @Test
  void a_server_is_found_while_it_serves_and_leaves_before_it_closes() throws Exception {
    try (ConsulAgent agent = ConsulAgent.dev()) {
      String target = "consul://" + agent.authority() + "/greeter";
      Server server = server(null).register(target).build().start();
      ManagedChannel channel = SinewChannels.forTarget(target).build();
      try (Watched watched = new Watched(target)) {
        Endpoint endpoint = watched.awaitSize(1).get(0);
        assertThat(endpoint.port()).isEqualTo(server.getPort());
        assertThat(endpoint.priority()).isZero();
        assertThat(endpoint.startedAt()).isNotNull();
        assertThat(check(channel)).isEqualTo(ServingStatus.SERVING);
        server.shutdown();
        watched.awaitSize(0);
        assertThat(server.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.api().get("/v1/agent/services").body()).doesNotContain(endpoint.id());
      } finally {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination();
      }
    }
  }

  @Test
  void a_server_that_does_not_serve_is_critical_until_it_serves_again() throws Exception {
    HealthStatusManager health = new HealthStatusManager();
    try (ConsulAgent agent = ConsulAgent.dev()) {
      String target = "consul://" + agent.authority() + "/greeter";
      Server server = server(health).register(target).build().start();
      try (Watched watched = new Watched(target)) {
        watched.awaitSize(1);
        health.setStatus("", ServingStatus.NOT_SERVING);
        watched.awaitSize(0);
        assertThat(agent.api().get("/v1/health/checks/greeter").body()).contains("critical");
        health.setStatus("", ServingStatus.SERVING);
        watched.awaitSize(1);
      } finally {
        server.shutdownNow().awaitTermination();
      }
    }
  }

  @Test
  void a_channel_with_a_wrong_token_fails_calls_and_does_not_hang() throws Exception {
    try (ConsulAgent agent = ConsulAgent.dev(
        "primary_datacenter = \"dc1\"", "acl { enabled = true, default_policy = \"deny\" }")) {
      // The name of a folder is no token of any agent.
      ManagedChannel channel = SinewChannels.forTarget(
              "consul://" + agent.authority() + "/greeter?token-env=HOME")
          .build();
      try {
        long began = System.nanoTime();
        assertThatThrownBy(() -> check(channel))
            .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
              assertThat(e.getStatus().getDescription()).contains("no endpoint is known");
            });
        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(15));
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void the_operators_files_are_valid_and_do_what_they_say() throws Exception {
    HealthStatusManager health = new HealthStatusManager();
    Server primary = server(health).build().start();
    Server backup = server(null).build().start();
    copy("orders.hcl", "20051", primary.getPort());
    copy("orders-backup.hcl", "20052", backup.getPort());
    validate();
    try (ConsulAgent agent = ConsulAgent.dev("-config-dir=" + folder);
        Watched watched = new Watched("consul://" + agent.authority() + "/orders")) {
      List<Endpoint> both = watched.awaitSize(2);
      assertThat(both).extracting(Endpoint::id).containsExactlyInAnyOrder("orders-1", "orders-2");
      for (Endpoint endpoint : both) {
        boolean first = endpoint.id().equals("orders-1");
        assertThat(endpoint.priority()).isEqualTo(first ? 0 : 1);
        assertThat(endpoint.zone()).isEqualTo(first ? "a" : "b");
        assertThat(endpoint.weight()).isEqualTo(Endpoint.ORDINARY_WEIGHT);
        assertThat(endpoint.attributes()).containsEntry("version", "1");
      }
      // It still listens, so only the gRPC check can tell.
      health.setStatus("", ServingStatus.NOT_SERVING);
      assertThat(watched.awaitSize(1)).extracting(Endpoint::priority).containsExactly(1);
      health.setStatus("", ServingStatus.SERVING);
      watched.awaitSize(2);
      backup.shutdownNow().awaitTermination();
      assertThat(watched.awaitSize(1)).extracting(Endpoint::priority).containsExactly(0);
    } finally {
      primary.shutdownNow();
      backup.shutdownNow();
    }
  }

  private static SinewServerBuilder server(
      @org.jspecify.annotations.Nullable HealthStatusManager health) {
    SinewServerBuilder builder = SinewServers.install(NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
        .onSigterm(false);
    return health == null ? builder : builder.health(health);
  }

  private static ServingStatus check(ManagedChannel channel) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  /** With a free port and a check every second. */
  private void copy(String file, String port, int free) throws Exception {
    String text = Files.readString(EXAMPLES.resolve(file))
        .replace(port, Integer.toString(free))
        .replace("\"10s\"", "\"1s\"");
    Files.writeString(folder.resolve(file), text);
  }

  private void validate() throws Exception {
    Path base = Files.writeString(
        folder.resolve("base.hcl"), "data_dir = \"/nowhere\"\nbind_addr = \"127.0.0.1\"\n");
    Process process = new ProcessBuilder(
            TestServers.program("consul").toString(), "validate", folder.toString())
        .redirectErrorStream(true)
        .start();
    String output = new String(
        process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("Configuration is valid!");
    Files.delete(base);
  }
}
