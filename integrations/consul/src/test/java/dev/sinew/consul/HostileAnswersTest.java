// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.http.MalformedAnswerException;
import dev.sinew.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Seeded damage to good answers: it never throws and never makes a wrong endpoint. */
class HostileAnswersTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> FIELDS =
      List.of("ID", "Service", "Address", "Port", "Weights", "Meta", "Tags");
  private static final List<String> NONSENSE = List.of(
      "null",
      "-1",
      "1e400",
      "{}",
      "[]",
      "[[[]]]",
      "\"\"",
      "\"\\u0000\"",
      "true",
      "\"<b>\"",
      "99999999999999999999999",
      "{\"Passing\":1e9}",
      "{\"zone\":{}}",
      "\"" + "x".repeat(300) + '"');

  static List<Integer> seeds() {
    List<Integer> seeds = new ArrayList<>();
    for (int seed = 0; seed < 200; seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void a_damaged_field_costs_at_most_its_own_entry(int seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    List<Endpoint> good = endpoints();
    ArrayNode answer = answer(good);
    int victim = random.nextInt(good.size());
    ObjectNode service = (ObjectNode) answer.get(victim).path("Service");
    String field = FIELDS.get(random.nextInt(FIELDS.size()));
    String nonsense = NONSENSE.get(random.nextInt(NONSENSE.size()));
    service.put(field, "HERE");
    String body = answer.toString().replace("\"HERE\"", nonsense);

    ConsulEntries.Found found = ConsulEntries.parse("orders", body.getBytes(UTF_8));

    String context = "seed=" + seed + " " + field + "=" + nonsense;
    List<Endpoint> others = new ArrayList<>(good);
    others.remove(victim);
    assertThat(found.endpoints()).as(context).containsAll(others);
    assertThat(found.endpoints().size() + found.skipped()).as(context).isEqualTo(good.size());
    List<Endpoint> ofVictim = new ArrayList<>(found.endpoints());
    ofVictim.removeAll(others);
    if (field.equals("Service") || field.equals("Port")) {
      assertThat(ofVictim).as(context).isEmpty();
    }
    for (Endpoint endpoint : ofVictim) {
      // An empty address means the node's, as Consul has it.
      String node = field.equals("Address") ? "127.0.0.1" : good.get(victim).host();
      assertThat(endpoint.host()).as(context).isEqualTo(node);
      assertThat(endpoint.port()).as(context).isEqualTo(good.get(victim).port());
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void damaged_bytes_never_escape_as_another_error(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = ConsulEntriesTest.bytes(answer(endpoints()));
    int damages = 1 + random.nextInt(4);
    for (int i = 0; i < damages; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    if (random.nextBoolean()) {
      bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    try {
      ConsulEntries.Found found = ConsulEntries.parse("orders", bytes);
      assertThat(found.endpoints().size() + found.skipped()).as("seed=" + seed).isEqualTo(5);
    } catch (MalformedAnswerException expected) {
      assertThat(expected.getMessage()).as("seed=" + seed).isNotEmpty();
    }
  }

  private static List<Endpoint> endpoints() {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      endpoints.add(Endpoint.of("10.0.0." + (i + 1), 9000 + i));
    }
    return endpoints;
  }

  private static ArrayNode answer(List<Endpoint> endpoints) {
    List<JsonNode> entries = new ArrayList<>();
    endpoints.forEach(e -> entries.add(ConsulEntriesTest.entry(e)));
    return JSON.createArrayNode().addAll(entries);
  }
}
