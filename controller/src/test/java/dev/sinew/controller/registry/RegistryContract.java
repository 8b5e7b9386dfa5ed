// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Sinew relies on in Consul's HTTP API, as cases that run against any agent.
 *
 * <p>Every case uses a service name of its own and removes what it registered.
 */
record RegistryContract(URI agent, @Nullable String token) {
  static final JsonMapper JSON = new JsonMapper();
  static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  RegistryContract(URI agent) {
    this(agent, null);
  }

  Session session() {
    return new Session(agent, "sinew-" + UUID.randomUUID(), new ArrayList<>(), token);
  }

  /** The cases of a registry that asks for this token, as tests. */
  Stream<DynamicTest> tokenTests() {
    return tests(RegistryCases.WITH_TOKEN);
  }

  /** All cases, as tests. */
  Stream<DynamicTest> tests() {
    return tests(RegistryCases.all());
  }

  private Stream<DynamicTest> tests(Map<String, Consumer<Session>> cases) {
    return cases.entrySet().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> run(entry.getValue())));
  }

  private void run(Consumer<Session> body) {
    try (Session session = session()) {
      body.accept(session);
    }
  }

  /** The requests of one case; single quotes in bodies stand for double ones. */
  record Session(
      URI agent, String name, List<String> ids, @Nullable String token) implements AutoCloseable {
    Session(URI agent, String name) {
      this(agent, name, new ArrayList<>(), null);
    }

    String health() {
      return "/v1/health/service/" + name;
    }

    String check(String suffix) {
      return name + suffix + "-ttl";
    }

    void register(String suffix, String fields, String status) {
      register(suffix, fields, status, "60s");
    }

    void register(String suffix, String fields, String status, String ttl) {
      ids.add(name + suffix);
      String body = String.format(
          "{'ID':'%s','Name':'%s','Address':'127.0.0.1',%s,"
              + "'Checks':[{'CheckID':'%s','TTL':'%s','Status':'%s'}]}",
          name + suffix, name, fields, check(suffix), ttl, status);
      HttpResponse<String> answer =
          put("/v1/agent/service/register?replace-existing-checks=true", body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      awaitListed(name + suffix);
    }

    /** An agent tells its servers of a registration by itself, soon after it has taken it. */
    private void awaitListed(String id) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (!get("/v1/catalog/service/" + name).body().contains('"' + id + '"')) {
        assertThat(System.nanoTime()).as("listed within 5 s").isLessThan(deadline);
      }
    }

    HttpResponse<String> get(String path) {
      return within(send(HttpRequest.newBuilder().GET(), path), 10);
    }

    HttpResponse<String> put(String path, String body) {
      HttpRequest.BodyPublisher publisher =
          HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'));
      return within(send(HttpRequest.newBuilder().PUT(publisher), path), 10);
    }

    JsonNode json(String path) {
      HttpResponse<String> answer = get(path);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return JSON.readTree(answer.body());
    }

    long index() {
      return index(get(health()));
    }

    static long index(HttpResponse<String> answer) {
      return answer.headers().firstValueAsLong("X-Consul-Index").orElse(0);
    }

    CompletableFuture<HttpResponse<String>> send(String path) {
      return send(HttpRequest.newBuilder().GET(), path);
    }

    CompletableFuture<HttpResponse<String>> blocked(String longest) {
      String path = health() + "?wait=" + longest + "&index=" + index();
      return send(HttpRequest.newBuilder().GET(), path);
    }

    /** The statuses of the checks of the only instance. */
    List<String> statuses() {
      List<String> statuses = new ArrayList<>();
      JsonNode entries = json(health());
      assertThat(entries.size()).isEqualTo(1);
      entries.get(0).path("Checks").forEach(c -> statuses.add(c.path("Status").stringValue()));
      return statuses;
    }

    /** Follows the instance by blocking queries until its checks have these statuses. */
    void eventually(String... statuses) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      List<String> seen = statuses();
      while (!seen.equals(List.of(statuses)) && System.nanoTime() < deadline) {
        get(health() + "?wait=50ms&index=" + index());
        seen = statuses();
      }
      assertThat(seen).containsExactly(statuses);
    }

    void refuses(HttpResponse<String> answer, int status, String what, String start) {
      assertThat(answer.statusCode()).as(what).isEqualTo(status);
      assertThat(answer.body()).as(what).startsWith(start);
    }

    <T> T within(CompletableFuture<T> future, int seconds) {
      return future.orTimeout(seconds, TimeUnit.SECONDS).join();
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request, String path) {
      request.uri(agent.resolve(path)).timeout(Duration.ofSeconds(20));
      if (token != null) {
        request.header("X-Consul-Token", token);
      }
      return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
      ids.forEach(id -> put("/v1/agent/service/deregister/" + id, ""));
    }
  }
}
