// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.registry.RegistryContract.Session;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The cases of the {@link RegistryContract}. */
final class RegistryCases {
  private static final JsonMapper JSON = RegistryContract.JSON;

  static final Map<String, Consumer<Session>> WITH_TOKEN = Map.of(
      "with_the_token_everything_is_allowed", RegistryCases::rightToken,
      "without_the_token_nothing_is_seen_or_changed", RegistryCases::noToken,
      "a_wrong_token_is_forbidden", RegistryCases::wrongToken);

  /** A case by its sentence. */
  static Map<String, Consumer<Session>> all() {
    Map<String, Consumer<Session>> cases = new LinkedHashMap<>();
    cases.put("the_agent_has_a_leader", RegistryCases::leader);
    cases.put("the_agent_tells_its_version", RegistryCases::self);
    cases.put("a_registration_is_found", RegistryCases::found);
    cases.put("a_check_is_critical_until_it_passes", RegistryCases::criticalFirst);
    cases.put("a_warning_instance_is_not_passing", RegistryCases::warning);
    cases.put("a_ttl_that_runs_out_is_critical", RegistryCases::expires);
    cases.put("a_beat_within_the_ttl_keeps_it_alive", RegistryCases::beats);
    cases.put("a_beat_after_the_ttl_brings_it_back", RegistryCases::comesBack);
    cases.put("a_ttl_that_runs_out_wakes_a_blocked_query", RegistryCases::expiryWakes);
    cases.put("an_instance_without_weights_has_ordinary_ones", RegistryCases::ordinaryWeights);
    cases.put("tags_select_by_all_of_them", RegistryCases::tags);
    cases.put("a_filter_is_obeyed_or_refused", RegistryCases::filter);
    cases.put("the_catalog_lists_services_with_tags", RegistryCases::catalog);
    cases.put("a_blocked_query_sees_a_change", RegistryCases::blocks);
    cases.put("a_blocked_query_sees_the_last_one_leave", RegistryCases::lastLeaves);
    cases.put("a_blocked_query_ignores_other_services", RegistryCases::ignoresOthers);
    cases.put("a_blocked_query_ignores_output", RegistryCases::ignoresOutput);
    cases.put("a_blocked_query_ends_with_its_time", RegistryCases::timesOut);
    cases.put("a_blocked_query_sees_a_newcomer", RegistryCases::newcomer);
    cases.put("a_blocked_catalog_query_sees_a_new_service", RegistryCases::catalogBlocks);
    cases.put("an_index_of_zero_does_not_wait", RegistryCases::indexReset);
    cases.put("an_index_grows_with_each_change", RegistryCases::indexGrows);
    cases.put("an_index_ahead_waits", RegistryCases::future);
    cases.put("an_index_is_never_zero", RegistryCases::indexNeverZero);
    cases.put("registering_again_keeps_old_checks", RegistryCases::keepsChecks);
    cases.put("registering_again_can_replace_checks", RegistryCases::replacesChecks);
    cases.put("a_status_survives_registering_again", RegistryCases::statusSurvives);
    cases.put("an_unknown_check_is_an_error", RegistryCases::unknownCheck);
    cases.put("removing_an_instance_removes_its_checks", RegistryCases::removesChecks);
    cases.put("removing_an_unknown_service_is_fine", RegistryCases::unknownService);
    cases.put("bad_requests_are_refused", RegistryCases::refused);
    cases.put("other_methods_are_refused", RegistryCases::methods);
    cases.put("another_datacenter_is_an_error", RegistryCases::datacenter);
    return cases;
  }

  private RegistryCases() {}

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
    assertThat(entries.get(0).path("Node").path("Address").stringValue())
        .isEqualTo(s.agent().getHost());
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

  private static void beats(Session s) {
    s.register("1", "'Port':1", "passing", "800ms");
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_700);
    while (System.nanoTime() < until) {
      s.put("/v1/agent/check/update/" + s.check("1"), "{'Status':'passing','Output':''}");
      s.get(s.health() + "?wait=100ms&index=" + s.index());
      assertThat(s.statuses()).containsExactly("passing", "passing");
    }
  }

  private static void comesBack(Session s) {
    s.register("1", "'Port':1", "passing", "100ms");
    s.eventually("passing", "critical");
    s.register("1", "'Port':1", "passing");
    s.put("/v1/agent/check/pass/" + s.check("1"), "");
    s.eventually("passing", "passing");
  }

  private static void expiryWakes(Session s) {
    s.register("1", "'Port':1", "passing", "400ms");
    HttpResponse<String> answer = s.within(s.blocked("10s"), 5);
    assertThat(answer.body()).contains("TTL expired");
  }

  private static void ordinaryWeights(Session s) {
    s.register("1", "'Port':1", "passing");
    assertThat(s.json(s.health()).get(0).path("Service").path("Weights"))
        .isEqualTo(JSON.readTree("{\"Passing\":1,\"Warning\":1}"));
  }

  private static void tags(Session s) {
    s.register("1", "'Port':1,'Tags':['a','b']", "passing");
    s.register("2", "'Port':2,'Tags':['a']", "passing");
    assertThat(s.json(s.health() + "?tag=a").size()).isEqualTo(2);
    assertThat(s.json(s.health() + "?tag=a&tag=b").size()).isEqualTo(1);
    assertThat(s.json(s.health() + "?tag=c").size()).isZero();
  }

  private static void filter(Session s) {
    s.register("1", "'Port':1", "passing");
    s.register("2", "'Port':2", "critical");
    HttpResponse<String> answer =
        s.get(s.health() + "?filter=Checks.Status%20!%3D%20%22passing%22");
    boolean obeyed =
        answer.body().contains(s.name() + "2") && !answer.body().contains(s.name() + "1");
    assertThat(answer.statusCode() == 400 || obeyed).as(answer.body()).isTrue();
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

  private static void timesOut(Session s) {
    s.register("1", "'Port':1", "passing");
    long index = s.index();
    long began = System.nanoTime();
    HttpResponse<String> answer = s.within(s.blocked("300ms"), 5);
    assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(290));
    assertThat(Session.index(answer)).isEqualTo(index);
    assertThat(JSON.readTree(answer.body()).size()).isEqualTo(1);
  }

  private static void newcomer(Session s) {
    s.register("1", "'Port':1", "passing");
    CompletableFuture<HttpResponse<String>> blocked = s.blocked("10s");
    s.register("2", "'Port':2", "passing");
    assertThat(s.within(blocked, 5).body()).contains(s.name() + "2");
  }

  private static void catalogBlocks(Session s) {
    long index = Session.index(s.get("/v1/catalog/services"));
    CompletableFuture<HttpResponse<String>> blocked =
        s.send("/v1/catalog/services?wait=10s&index=" + index);
    s.register("1", "'Port':1", "passing");
    assertThat(s.within(blocked, 5).statusCode()).isEqualTo(200);
    assertThat(s.json("/v1/catalog/services").has(s.name())).isTrue();
  }

  private static void indexReset(Session s) {
    s.register("1", "'Port':1", "passing");
    long began = System.nanoTime();
    assertThat(Session.index(s.get(s.health() + "?wait=9s&index=0"))).isPositive();
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(5));
  }

  private static void indexGrows(Session s) {
    s.register("1", "'Port':1", "passing");
    long before = s.index();
    s.put("/v1/agent/check/fail/" + s.check("1"), "");
    s.eventually("passing", "critical");
    assertThat(s.index()).isGreaterThan(before);
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

  private static void removesChecks(Session s) {
    s.register("1", "'Port':1", "passing");
    CompletableFuture<HttpResponse<String>> blocked = s.blocked("10s");
    s.put("/v1/agent/service/deregister/" + s.name() + "1", "");
    assertThat(JSON.readTree(s.within(blocked, 5).body()).size()).isZero();
    assertThat(s.put("/v1/agent/check/pass/" + s.check("1"), "").statusCode()).isIn(404, 500);
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

  private static void rightToken(Session s) {
    s.register("1", "'Port':1", "passing");
    s.eventually("passing", "passing");
    assertThat(s.json(s.health() + "?passing").size()).isEqualTo(1);
  }

  // Consul answers with an empty list where no policy allows to read, the embedded one with 403.
  private static void noToken(Session s) {
    s.register("1", "'Port':1", "passing");
    Session without = new Session(s.agent(), s.name());
    HttpResponse<String> answer = without.get(s.health());
    assertThat(answer.statusCode() == 403 || answer.body().strip().equals("[]"))
        .as(answer.body())
        .isTrue();
    String body = "{'ID':'" + s.name() + "2','Name':'" + s.name() + "'}";
    assertThat(without.put("/v1/agent/service/register", body).statusCode()).isEqualTo(403);
    assertThat(without.put("/v1/agent/check/fail/" + s.check("1"), "").statusCode())
        .isEqualTo(403);
    s.eventually("passing", "passing");
  }

  private static void wrongToken(Session s) {
    Session wrong =
        new Session(s.agent(), s.name(), new ArrayList<>(), UUID.randomUUID().toString());
    assertThat(wrong.get(s.health()).statusCode()).isEqualTo(403);
    assertThat(wrong.put("/v1/agent/service/register", "{'Name':'x'}").statusCode())
        .isEqualTo(403);
  }
}
