// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("consul")
class ConsulAgentTest {
  @Test
  void a_killed_agent_comes_back_on_its_port_without_memory() throws Exception {
    try (ConsulAgent agent = ConsulAgent.dev()) {
      assertThat(put(agent)).isEqualTo(200);
      assertThat(get(agent)).isEqualTo(200);
      agent.kill();
      agent.start();
      agent.awaitLeader();
      assertThat(get(agent)).isEqualTo(404);
    }
  }

  private static int put(ConsulAgent agent) throws Exception {
    return status(HttpRequest.newBuilder(agent.http().resolve("/v1/kv/x"))
        .PUT(HttpRequest.BodyPublishers.ofString("1")));
  }

  private static int get(ConsulAgent agent) throws Exception {
    return status(HttpRequest.newBuilder(agent.http().resolve("/v1/kv/x")));
  }

  private static int status(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
