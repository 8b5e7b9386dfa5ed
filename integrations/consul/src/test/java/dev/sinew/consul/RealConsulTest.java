// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.consul.server.ConsulAgent;
import dev.sinew.consul.server.ConsulApi;
import dev.sinew.consul.server.ConsulCluster;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSink;
import dev.sinew.endpoint.Health;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Discovery and registration against real agents. */
@Tag("consul")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // by JUnit
class RealConsulTest {
  private static final Endpoint FULL = new Endpoint(
      "orders-1",
      "10.0.0.1",
      8080,
      "eu-1a",
      250,
      1,
      Instant.parse("2026-01-02T03:04:05.678Z"),
      Map.of("version", "7"));
  private static final Endpoint ONE = Endpoint.of("10.0.0.1", 1);
  private static final Endpoint TWO = Endpoint.of("10.0.0.2", 2);

  private ConsulAgent agent;

  @BeforeAll
  void start() throws Exception {
    agent = ConsulAgent.dev();
  }

  @AfterAll
  void stop() throws Exception {
    agent.close();
  }

  @Test
  void an_endpoint_comes_back_as_it_was_announced() throws Exception {
    try (Watched watched = new Watched(target("round"));
        EndpointSink sink = sink(target("round"))) {
      sink.register(FULL);
      assertThat(watched.awaitSize(1)).containsExactly(FULL);
    }
  }

  @Test
  void a_tag_of_the_target_is_registered_and_selects() throws Exception {
    try (EndpointSink blue = sink(target("tags?tag=blue"));
        EndpointSink green = sink(target("tags?tag=green"));
        Watched all = new Watched(target("tags"));
        Watched backups = new Watched(target("tags?tag=green&tag=backup"))) {
      blue.register(ONE);
      green.register(TWO);
      green.register(FULL);
      all.awaitSize(3);
      assertThat(backups.awaitSize(1)).containsExactly(FULL);
    }
  }

  @Test
  void health_is_followed_and_a_withdrawal_too() throws Exception {
    try (Watched watched = new Watched(target("health"));
        EndpointSink sink = sink(target("health"))) {
      EndpointSink.Registration one = sink.register(ONE);
      sink.register(TWO);
      watched.awaitSize(2);
      one.health(Health.CRITICAL);
      assertThat(watched.awaitSize(1)).containsExactly(TWO);
      one.health(Health.WARNING);
      watched.awaitSize(2);
      one.close();
      assertThat(watched.awaitSize(1)).containsExactly(TWO);
      assertThat(agent.api().get("/v1/health/service/health").body()).doesNotContain(ONE.id());
    }
  }

  @Test
  void an_instance_in_maintenance_is_left_out_until_it_is_over() throws Exception {
    try (Watched watched = new Watched(target("maintained"));
        EndpointSink sink = sink(target("maintained"))) {
      sink.register(ONE);
      sink.register(TWO);
      watched.awaitSize(2);
      String path = "/v1/agent/service/maintenance/" + ONE.id() + "?enable=";
      agent.api().put(path + "true", "");
      assertThat(watched.awaitSize(1)).containsExactly(TWO);
      agent.api().put(path + "false", "");
      watched.awaitSize(2);
    }
  }

  @Test
  void a_node_in_maintenance_takes_its_instances_with_it_and_brings_them_back() throws Exception {
    try (ConsulAgent node = ConsulAgent.dev();
        Watched watched = new Watched("consul://" + node.authority() + "/orders");
        EndpointSink sink = sink("consul://" + node.authority() + "/orders")) {
      sink.register(ONE);
      sink.register(TWO);
      watched.awaitSize(2);
      node.api().put("/v1/agent/maintenance?enable=true", "");
      watched.awaitSize(0);
      node.api().put("/v1/agent/maintenance?enable=false", "");
      watched.awaitSize(2);
      assertThat(watched.source.stats().errors()).isZero();
    }
  }

  @Test
  void an_agent_that_lost_its_memory_hears_of_it_again_within_a_heart_beat() throws Exception {
    try (ConsulAgent mortal = ConsulAgent.dev();
        Watched watched = new Watched("consul://" + mortal.authority() + "/orders");
        EndpointSink sink = sink("consul://" + mortal.authority() + "/orders")) {
      sink.register(ONE);
      watched.awaitSize(1);
      mortal.kill();
      watched.awaitTrouble("connection refused");
      assertThat(watched.lists).isEmpty();
      mortal.start();
      mortal.awaitLeader();
      long began = System.nanoTime();
      ConsulApi api = mortal.api();
      while (!api.get("/v1/health/service/orders?passing").body().contains(ONE.id())) {
        // One beat is due after 1 s, or after 2 s if it has failed just before.
        assertThat(System.nanoTime() - began).isLessThan(Duration.ofSeconds(4).toNanos());
      }
      sink.register(TWO);
      watched.awaitSize(2);
      assertThat(watched.source.stats().trouble()).isEmpty();
    }
  }

  @Test
  void tcp_and_http_checks_by_the_agent_decide() throws Exception {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    int[] status = {200};
    http.createContext("/", exchange -> {
      exchange.sendResponseHeaders(status[0], -1);
      exchange.close();
    });
    http.start();
    ServerSocket tcp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    try (Watched watched = new Watched(target("checked"))) {
      String tcpAddress = "127.0.0.1:" + tcp.getLocalPort();
      register("checked", "t", 1, "'TCP':'" + tcpAddress + "'");
      String url = "http://127.0.0.1:" + http.getAddress().getPort() + "/";
      register("checked", "h", 2, "'HTTP':'" + url + "'");
      watched.awaitSize(2);
      tcp.close();
      assertThat(watched.awaitSize(1)).extracting(Endpoint::id).containsExactly("h");
      status[0] = 503;
      watched.awaitSize(0);
      status[0] = 200;
      assertThat(watched.awaitSize(1)).extracting(Endpoint::id).containsExactly("h");
    } finally {
      tcp.close();
      http.stop(0);
    }
  }

  @Test
  void stale_reads_go_on_where_consistent_ones_fail() throws Exception {
    try (ConsulCluster cluster = ConsulCluster.start()) {
      List<ConsulAgent> agents = cluster.agents();
      String target = "consul://" + agents.get(0).authority() + "/orders";
      try (EndpointSink sink = sink(target);
          Watched watched = new Watched(target)) {
        sink.register(ONE);
        watched.awaitSize(1);
        agents.get(1).kill();
        agents.get(2).kill();
        String path = "/v1/health/service/orders?";
        ConsulApi api = agents.get(0).api();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!leaderless(api.get(path + "stale"))) {
          assertThat(System.nanoTime()).isLessThan(deadline);
        }
        assertThat(api.get(path + "consistent").statusCode()).isEqualTo(500);
        assertThat(api.get(path + "stale").body()).contains(ONE.id());
        assertThat(watched.lists).isEmpty();
        // Also one that begins only now finds its endpoints, and says what it thinks of them.
        try (Watched late = new Watched(target)) {
          assertThat(late.awaitSize(1)).containsExactly(ONE);
          late.awaitTrouble("the servers have no leader");
        }
      }
    }
  }

  @Test
  void another_agent_of_the_target_takes_over() throws Exception {
    try (ConsulCluster cluster = ConsulCluster.start()) {
      String authorities =
          cluster.agents().get(2).authority() + "," + cluster.agents().get(1).authority();
      String target = "consul://" + authorities + "/orders";
      try (EndpointSink sink = sink(target);
          Watched watched = new Watched(target)) {
        sink.register(ONE);
        watched.awaitSize(1);
        cluster.agents().get(2).kill();
        sink.register(TWO);
        // Both are registered with the second agent by now.
        watched.awaitSize(2);
      }
    }
  }

  @Test
  void a_wrong_datacenter_is_one_clear_error() throws Exception {
    try (Watched watched = new Watched(target("orders?dc=mars"))) {
      watched.awaitTrouble("the datacenter mars is unknown");
    }
  }

  private static boolean leaderless(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Consul-KnownLeader").orElse("").equals("false");
  }

  private String target(String service) {
    return "consul://" + agent.authority() + "/" + service;
  }

  private static EndpointSink sink(String target) {
    return new ConsulEndpointSink(ConsulTarget.parse(target, name -> null));
  }

  private void register(String service, String id, int port, String check) throws Exception {
    agent
        .api()
        .put(
            "/v1/agent/service/register",
            "{'ID':'" + id + "','Name':'" + service + "','Address':'127.0.0.1','Port':" + port
                + ",'Check':{" + check + ",'Interval':'1s','Timeout':'500ms'}}");
  }
}
