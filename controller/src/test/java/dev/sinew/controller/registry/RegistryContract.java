// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Sinew relies on in Consul's HTTP API, as cases that run against any agent.
 *
 * <p>Every case uses a service name of its own and removes what it registered.
 */
record RegistryContract(URI agent) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** A case by its sentence. */
  static Map<String, Consumer<Session>> cases() {
    Map<String, Consumer<Session>> cases = new LinkedHashMap<>();
    cases.put("the_agent_has_a_leader", RegistryContract::leader);
    cases.put("the_agent_tells_its_version", RegistryContract::self);
    cases.put("a_registration_is_found", RegistryContract::found);
    cases.put("a_check_is_critical_until_it_passes", RegistryContract::criticalFirst);
    cases.put("a_warning_instance_is_not_passing", RegistryContract::warning);
    cases.put("a_ttl_that_runs_out_is_critical", RegistryContract::expires);
    cases.put("tags_select_by_all_of_them", RegistryContract::tags);
    cases.put("the_catalog_lists_services_with_tags", RegistryContract::catalog);
    cases.put("a_blocked_query_sees_a_change", RegistryContract::blocks);
    cases.put("a_blocked_query_sees_the_last_one_leave", RegistryContract::lastLeaves);
    cases.put("a_blocked_query_ignores_other_services", RegistryContract::ignoresOthers);
    cases.put("a_blocked_query_ignores_output", RegistryContract::ignoresOutput);
    cases.put("an_index_ahead_waits", RegistryContract::future);
    cases.put("an_index_is_never_zero", RegistryContract::indexNeverZero);
    cases.put("registering_again_keeps_old_checks", RegistryContract::keepsChecks);
    cases.put("registering_again_can_replace_checks", RegistryContract::replacesChecks);
    cases.put("a_status_survives_registering_again", RegistryContract::statusSurvives);
    cases.put("an_unknown_check_is_an_error", RegistryContract::unknownCheck);
    cases.put("removing_an_unknown_service_is_fine", RegistryContract::unknownService);
    cases.put("bad_requests_are_refused", RegistryContract::refused);
    cases.put("other_methods_are_refused", RegistryContract::methods);
    cases.put("another_datacenter_is_an_error", RegistryContract::datacenter);
    return cases;
  }

  Session session() {
    return new Session(agent, "sinew-" + UUID.randomUUID());
  }

  private static void leader(Session s) {
    assertThat(s.json("/v1/status/leader").stringValue()).contains(":");
  }

  private static void self(Session s) {
    JsonNode config = s.json("/v1/agent/self").path("Config");
    assertThat(config.path("Version").stringValue()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(config.path("Datacenter").stringValue()).isEqualTo("dc1");
  }

  private static void found(Session s) {
    s.register("1", "'Port':7,'Meta':{'zone':'a'},'Weights':{'Passing':10,'Warning':2}", "passing");
    JsonNode entries = s.json(s.health() + "?passing");
    assertThat(entries.size()).isEqualTo(1);
    JsonNode service = entries.get(0).path("Service");
    assertThat(service.path("ID").stringValue()).isEqualTo(s.name() + "1");
    assertThat(service.path("Service").stringValue()).isEqualTo(s.name());
    assertThat(service.path("Address").stringValue()).isEqualTo("127.0.0.1");
    assertThat(service.path("Port").intValue()).isEqualTo(7);
    assertThat(service.path("Meta")).isEqualTo(JSON.readTree("{\"zone\":\"a\"}"));
    assertThat(service.path("Weights")).isEqualTo(JSON.readTree("{\"Passing\":10,\"Warning\":2}"));
    assertThat(entries.get(0).path("Node").path("Address").stringValue()).isEqualTo("127.0.0.1");
    assertThat(s.statuses()).containsExactly("passing", "passing");
  }

  private static void criticalFirst(Session s) {
    s.register("1", "'Port':1", "");
    assertThat(s.json(s.health() + "?passing").size()).isZero();
    assertThat(s.json(s.health()).size()).isEqualTo(1);
    assertThat(s.put("/v1/agent/check/pass/" + s.check("1"), "").statusCode()).isEqualTo(200);
    s.eventually("passing", "passing");
    assertThat(s.json(s.health() + "?passing").size()).isEqualTo(1);
  }

  private static void warning(Session s) {
    s.register("1", "'Port':1", "passing");
    assertThat(s.put("/v1/agent/check/warn/" + s.check("1") + "?note=hm", "").statusCode())
        .isEqualTo(200);
    s.eventually("passing", "warning");
    assertThat(s.json(s.health() + "?passing").size()).isZero();
    assertThat(s.json(s.health()).get(0).path("Checks").get(1).path("Output").stringValue())
        .isEqualTo("hm");
  }

  private static void expires(Session s) {
    s.register("1", "'Port':1", "passing", "100ms");
    s.eventually("passing", "critical");
    assertThat(s.json(s.health()).get(0).path("Checks").get(1).path("Output").stringValue())
        .isEqualTo("TTL expired");
  }

  private static void tags(Session s) {
    s.register("1", "'Port':1,'Tags':['a','b']", "passing");
    s.register("2", "'Port':2,'Tags':['a']", "passing");
    assertThat(s.json(s.health() + "?tag=a").size()).isEqualTo(2);
    assertThat(s.json(s.health() + "?tag=a&tag=b").size()).isEqualTo(1);
    assertThat(s.json(s.health() + "?tag=c").size()).isZero();
  }

  private static void catalog(Session s) {
    s.register("1", "'Port':7,'Tags':['a']", "");
    JsonNode tags = s.json("/v1/catalog/services").path(s.name());
    assertThat(tags).isEqualTo(JSON.readTree("[\"a\"]"));
    JsonNode entry = s.json("/v1/catalog/service/" + s.name()).get(0);
    assertThat(entry.path("ServiceID").stringValue()).isEqualTo(s.name() + "1");
    assertThat(entry.path("ServiceName").stringValue()).isEqualTo(s.name());
    assertThat(entry.path("ServicePort").intValue()).isEqualTo(7);
    assertThat(entry.path("ServiceTags")).isEqualTo(JSON.readTree("[\"a\"]"));
  }

  private static void blocks(Session s) {
    s.register("1", "'Port':1", "passing");
    CompletableFuture<HttpResponse<String>> blocked = s.blocked("10s");
    s.put("/v1/agent/check/fail/" + s.check("1"), "");
    HttpResponse<String> answer = s.within(blocked, 5);
    assertThat(answer.body()).contains("critical");
  }

  private static void lastLeaves(Session s) {
    s.register("1", "'Port':1", "passing");
    CompletableFuture<HttpResponse<String>> blocked = s.blocked("10s");
    s.put("/v1/agent/service/deregister/" + s.name() + "1", "");
    assertThat(JSON.readTree(s.within(blocked, 5).body()).size()).isZero();
  }

  private static void ignoresOthers(Session s) {
    s.register("1", "'Port':1", "passing");
    CompletableFuture<HttpResponse<String>> blocked = s.blocked("300ms");
    Session other = new Session(s.agent(), s.name() + "-other");
    other.register("1", "'Port':1", "passing");
    long index = s.index();
    assertThat(Session.index(s.within(blocked, 5))).isEqualTo(index);
    other.close();
  }

  private static void ignoresOutput(Session s) {
    s.register("1", "'Port':1", "passing");
    long index = s.index();
    s.put("/v1/agent/check/update/" + s.check("1"), "{'Status':'passing','Output':'x'}");
    assertThat(s.index()).isEqualTo(index);
  }

  private static void future(Session s) {
    s.register("1", "'Port':1", "passing");
    long began = System.nanoTime();
    s.get(s.health() + "?wait=200ms&index=" + (s.index() + 1_000_000));
    assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(150));
  }

  private static void indexNeverZero(Session s) {
    for (String path : List.of(s.health(), "/v1/catalog/services", "/v1/catalog/service/none")) {
      assertThat(Session.index(s.get(path))).as(path).isPositive();
    }
  }

  private static void keepsChecks(Session s) {
    s.register("1", "'Port':1", "passing");
    s.put(
        "/v1/agent/service/register",
        "{'ID':'" + s.name() + "1','Name':'" + s.name() + "','Check':{'TTL':'9s'}}");
    assertThat(s.statuses()).containsExactlyInAnyOrder("passing", "passing", "critical");
  }

  private static void replacesChecks(Session s) {
    s.register("1", "'Port':1", "passing");
    s.put(
        "/v1/agent/service/register?replace-existing-checks=true",
        "{'ID':'" + s.name() + "1','Name':'" + s.name() + "','Check':{'TTL':'9s'}}");
    assertThat(s.statuses()).containsExactlyInAnyOrder("passing", "critical");
  }

  private static void statusSurvives(Session s) {
    s.register("1", "'Port':1", "passing");
    s.put("/v1/agent/check/warn/" + s.check("1"), "");
    s.register("1", "'Port':1", "passing");
    s.eventually("passing", "warning");
  }

  private static void unknownCheck(Session s) {
    assertThat(s.put("/v1/agent/check/pass/none", "").statusCode()).isIn(404, 500);
    assertThat(s.put("/v1/agent/check/update/none", "{'Status':'passing'}").statusCode())
        .isIn(404, 500);
  }

  private static void unknownService(Session s) {
    assertThat(s.put("/v1/agent/service/deregister/none", "").statusCode()).isIn(200, 404);
  }

  private static void refused(Session s) {
    String path = "/v1/agent/service/register";
    String check = "/v1/agent/check/update/none";
    Map<String, String> bodies = new LinkedHashMap<>();
    bodies.put("", "Request decode failed: ");
    bodies.put("[]", "Request decode failed: ");
    bodies.put("{'Name':'x','Color':1}", "Request decode failed: json: unknown field \"Color\"");
    bodies.put("{'Name':'x','Port':'1'}", "Request decode failed: json: cannot unmarshal string");
    bodies.put("{}", "Missing service name");
    bodies.put("{'Name':'x','Address':'0.0.0.0'}", "Invalid service address");
    bodies.put("{'Name':'x','Weights':{'Passing':0}}", "Invalid Weights: Passing must be");
    bodies.put("{'Name':'x','Weights':{'Passing':70000}}", "Invalid Weights: DNS Weight");
    bodies.put("{'Name':'x','Check':{'Name':'c'}}", "Invalid check: TTL must be > 0");
    bodies.put("{'Name':'x','Check':{'TTL':'soon'}}", "Request decode failed: time: invalid");
    bodies.put("{'Name':'x','Check':{'TTL':'1s','Status':'fine'}}", "Status for checks must");
    bodies.put("{'Name':'x','Meta':{'a b':''}}", "Invalid Service Meta: ");
    bodies.put("{'Name':'x','Meta':{'a':'" + "v".repeat(513) + "'}}", "Invalid Service Meta: ");
    bodies.put("{'Name':'x','Meta':{'" + "k".repeat(129) + "':''}}", "Invalid Service Meta: ");
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 65; i++) {
      many.append(i == 0 ? "" : ",").append("'k").append(i).append("':''");
    }
    bodies.put("{'Name':'x','Meta':{" + many + "}}", "Invalid Service Meta: ");
    bodies.forEach((body, start) -> s.refuses(s.put(path, body), 400, body, start));
    s.refuses(s.put(check, "{'Status':'fine'}"), 400, "update", "Invalid check status: 'fine'");
    s.refuses(s.get(s.health() + "?wait=soon"), 400, "wait", "Invalid wait time");
    s.refuses(s.get(s.health() + "?index=-1"), 400, "index", "Invalid index");
    s.refuses(s.get(s.health() + "?passing=so"), 400, "passing", "Invalid value for ?passing");
    s.refuses(s.get("/v1/health/service/"), 400, "name", "Missing service name");
  }

  private static void methods(Session s) {
    assertThat(s.get("/v1/agent/service/register").statusCode()).isEqualTo(405);
    assertThat(s.put(s.health(), "").statusCode()).isEqualTo(405);
    assertThat(s.get("/v1/none").statusCode()).isEqualTo(404);
  }

  private static void datacenter(Session s) {
    s.refuses(s.get(s.health() + "?dc=mars"), 500, "dc", "No path to datacenter");
    assertThat(s.get(s.health() + "?dc=dc1").statusCode()).isEqualTo(200);
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
      assertThat(put("/v1/agent/service/register?replace-existing-checks=true", body)
              .statusCode())
          .isEqualTo(200);
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
