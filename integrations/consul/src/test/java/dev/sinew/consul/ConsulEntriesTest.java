// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.consul.http.MalformedAnswerException;
import dev.sinew.consul.query.Instances;
import dev.sinew.endpoint.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ConsulEntriesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final ConsulTarget TARGET =
      ConsulTarget.parse("consul://127.0.0.1:1/orders?tag=blue", name -> null);
  private static final Endpoint FULL = new Endpoint(
      "orders-1",
      "10.0.0.1",
      8080,
      "eu-1a",
      250,
      2,
      Instant.parse("2026-01-02T03:04:05.678Z"),
      Map.of("version", "7"));

  @Test
  void an_endpoint_comes_back_as_it_went() throws Exception {
    assertThat(found(entry(FULL))).containsExactly(FULL);
  }

  @Test
  void an_endpoint_of_which_only_the_address_is_known_comes_back_as_it_went() throws Exception {
    Endpoint bare = Endpoint.of("10.0.0.2", 9090);
    assertThat(found(entry(bare))).containsExactly(bare);
  }

  @Test
  void a_registration_carries_the_tags_of_its_target_and_its_tier() {
    assertThat(entry(FULL).path("Service").path("Tags").toString())
        .isEqualTo("[\"backup\",\"blue\"]");
    assertThat(entry(Endpoint.of("h", 1)).path("Service").path("Tags").toString())
        .isEqualTo("[\"primary\",\"blue\"]");
  }

  @Test
  void explicit_metadata_outweighs_the_tag() throws Exception {
    ObjectNode entry = entry(Endpoint.of("10.0.0.2", 9090));
    ObjectNode service = (ObjectNode) entry.path("Service");
    service.withArray("Tags").removeAll().add("backup");
    assertThat(found(entry).get(0).priority()).isZero();
    ((ObjectNode) service.path("Meta")).remove("priority");
    assertThat(found(entry).get(0).priority()).isEqualTo(1);
  }

  @Test
  void a_foreign_service_needs_no_meta() throws Exception {
    ArrayNode list = (ArrayNode)
        JSON.readTree("[{\"Node\":{\"Address\":\"10.1.1.1\"},\"Service\":{\"ID\":\"x\",\"Service\":"
            + "\"orders\",\"Tags\":[\"backup\"],\"Address\":\"\",\"Meta\":null,\"Port\":1,"
            + "\"Weights\":{\"Passing\":65535,\"Warning\":1}},\"Checks\":[]}]");
    assertThat(ConsulEntries.parse("orders", bytes(list)).endpoints())
        .containsExactly(new Endpoint("x", "10.1.1.1", 1, "", 10_000, 1, null, Map.of()));
  }

  @Test
  void an_id_that_two_agents_use_is_told_apart_by_the_address() throws Exception {
    Endpoint other = new Endpoint("orders-1", "10.0.0.2", 8080, "", 100, 0, null, Map.of());
    assertThat(found(entry(FULL), entry(other), entry(FULL)))
        .containsExactly(
            FULL.withId("orders-1@10.0.0.1:8080"), other.withId("orders-1@10.0.0.2:8080"));
  }

  @Test
  void a_start_time_that_is_no_time_is_unknown() throws Exception {
    ObjectNode entry = entry(FULL);
    ((ObjectNode) entry.path("Service").path("Meta")).put("started-at", "yesterday");
    assertThat(found(entry).get(0).startedAt()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ID\":null}",
        "{\"ID\":\"\"}",
        "{\"ID\":\"a\\u0007b\"}",
        "{\"Service\":\"payments\"}",
        "{\"Service\":null}",
        "{\"Port\":0}",
        "{\"Port\":70000}",
        "{\"Port\":-1}",
        "{\"Port\":99999999999999999999}",
        "{\"Port\":\"8080\"}",
        "{\"Port\":null}",
        "{\"Port\":1.5}",
        "{\"Address\":\"a b\"}",
        "{\"Address\":\"a\\u001b[31m\"}",
        "{\"Address\":\"0.0.0.0\"}",
        "{\"Address\":\"169.254.169.254\"}",
        "{\"Address\":null}",
        "{\"Address\":{}}",
        "{\"Weights\":{\"Passing\":0}}",
        "{\"Weights\":{\"Passing\":-5}}",
        "{\"Weights\":{\"Passing\":\"NaN\"}}",
        "{\"Meta\":{\"zone\":null}}",
        "{\"Meta\":{\"zone\":[1]}}",
        "{\"Meta\":{\"zone\":\"a\\nb\"}}",
        "{\"Meta\":{\"priority\":\"-1\"}}",
        "{\"Meta\":{\"priority\":\"high\"}}",
        "{\"Meta\":{\"priority\":\"128\"}}",
      })
  void a_malformed_entry_is_skipped_and_counted_and_the_others_stay(String change)
      throws Exception {
    Endpoint good = Endpoint.of("10.0.0.2", 9090);
    ObjectNode bad = entry(FULL);
    ((ObjectNode) bad.path("Service")).setAll((ObjectNode) JSON.readTree(change));
    ConsulEntries.Found found = parse(bad, entry(good));
    assertThat(found.endpoints()).containsExactly(good);
    assertThat(found.skipped()).isEqualTo(1);
  }

  @Test
  void a_critical_instance_is_not_chosen_even_if_the_registry_lists_it() throws Exception {
    ObjectNode critical = entry(FULL);
    critical.withArray("Checks").addObject().put("Status", "critical");
    Endpoint good = Endpoint.of("10.0.0.2", 9090);
    assertThat(found(critical, entry(good))).containsExactly(good);
  }

  @Test
  void an_empty_list_is_a_good_answer() throws Exception {
    assertThat(ConsulEntries.parse("orders", "[]".getBytes(UTF_8)))
        .isEqualTo(new ConsulEntries.Found(Instances.NONE, List.of(), 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "{}",
        "[",
        "[{}",
        "[null]",
        "[{}]",
        "[] []",
        "<!DOCTYPE html><html></html>",
        "\"\"",
        "NaN"
      })
  void what_consul_would_not_say_is_no_answer(String body) {
    assertThatThrownBy(() -> ConsulEntries.parse("orders", body.getBytes(UTF_8)))
        .isInstanceOf(MalformedAnswerException.class);
  }

  @Test
  void no_more_than_ten_thousand_endpoints_are_taken() throws Exception {
    StringBuilder body = new StringBuilder("[");
    for (int i = 0; i < 10_001; i++) {
      body.append(i == 0 ? "" : ",").append(entry(Endpoint.of("h" + i, 1)));
    }
    ConsulEntries.Found found =
        ConsulEntries.parse("orders", body.append("]").toString().getBytes(UTF_8));
    assertThat(found.endpoints()).hasSize(10_000);
    assertThat(found.skipped()).isEqualTo(1);
  }

  @Test
  void what_consul_could_not_hold_is_refused_at_once() {
    ConsulEntries.requireRegistrable(FULL);
    assertThatThrownBy(() -> ConsulEntries.requireRegistrable(FULL.withId("a/b")))
        .hasMessageStartingWith("endpoint.id: a/b (expected:");
    assertThatThrownBy(() -> ConsulEntries.requireRegistrable(with("zone", "x")))
        .hasMessageStartingWith("endpoint.attributes: zone (expected:");
    assertThatThrownBy(() -> ConsulEntries.requireRegistrable(with("key", "x".repeat(513))))
        .hasMessageStartingWith("key: 513 (expected:");
    assertThatThrownBy(() -> ConsulEntries.requireRegistrable(Endpoint.of("0.0.0.0", 1)))
        .hasMessageStartingWith("endpoint.host: 0.0.0.0 (expected:");
  }

  private static Endpoint with(String key, String value) {
    return new Endpoint("a", "h", 1, "", 100, 0, null, Map.of(key, value));
  }

  /** The entry that Consul makes of a registration. */
  static ObjectNode entry(Endpoint endpoint) {
    ObjectNode service = (ObjectNode) JSON.readTree(
        ConsulEntries.registration(TARGET, endpoint, Duration.ofSeconds(3), "passing"));
    service.set("Service", service.remove("Name"));
    service.remove("Checks");
    ObjectNode entry = JSON.createObjectNode();
    entry.putObject("Node").put("Node", "n").put("Address", "127.0.0.1");
    entry.set("Service", service);
    entry.putArray("Checks").addObject().put("CheckID", "c").put("Status", "passing");
    return entry;
  }

  static byte[] bytes(ArrayNode list) {
    return JSON.writeValueAsBytes(list);
  }

  private static ConsulEntries.Found parse(ObjectNode... entries) throws Exception {
    return ConsulEntries.parse("orders", bytes(JSON.createArrayNode().addAll(List.of(entries))));
  }

  private static List<Endpoint> found(ObjectNode... entries) throws Exception {
    return parse(entries).endpoints();
  }
}
