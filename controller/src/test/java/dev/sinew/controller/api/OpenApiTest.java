// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.api.RawClient.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds the description against the server: what it names is served as it says, and nothing else is. */
final class OpenApiTest {
  private static final String ASK = "{\"by\":\"ann\",\"why\":\"release\"}";
  private static final List<String> METHODS = List.of("get", "post", "put", "delete", "patch");
  private static final Map<String, String> VALUES =
      Map.of("{name}", "orders", "{file}", "page.js", "{rest}", "catalog/services");

  @TempDir
  Path folder;

  private FleetServer server;
  private JsonNode document;

  @BeforeEach
  void start() throws IOException {
    FakeFleet fleet = FakeFleet.of(2);
    fleet.put(FakeFleet.with(
        fleet.get("orders-2"),
        "paused",
        new Hold("ann", "release", Instant.EPOCH),
        List.of("slow"),
        Double.NaN));
    server = FleetServer.local(fleet, folder.resolve("registry"));
    document = JsonMapper.shared()
        .readTree(RawClient.ask(server.port(), "GET /openapi.json").body());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void it_is_openapi_3_1() {
    assertThat(document.get("openapi").stringValue()).isEqualTo("3.1.0");
    assertThat(document.get("info").get("title").stringValue()).isNotBlank();
  }

  @Test
  void each_path_and_method_is_served_with_a_status_and_a_body_that_it_describes()
      throws IOException {
    for (String path : document.get("paths").propertyNames()) {
      for (String method : METHODS) {
        JsonNode operation = document.get("paths").get(path).get(method);
        if (operation != null) {
          check(path, method, operation);
        }
      }
    }
  }

  private void check(String path, String method, JsonNode operation) throws IOException {
    String where = method + " " + path;
    boolean stream = operation.get("responses").get("200") != null
        && operation.get("responses").get("200").toString().contains("text/event-stream");
    if (stream) {
      return; // does not end; the page's tests read it
    }
    Reply reply = ask(method, path);
    JsonNode described = operation.get("responses").get(Integer.toString(reply.status()));
    assertThat(described).as(where + " answers " + reply.status()).isNotNull();
    assertThat(reply.status()).as(where).isLessThan(400);
    JsonNode content = described.get("content");
    if (content == null) {
      return;
    }
    String type = content.propertyNames().iterator().next();
    assertThat(reply.head()).as(where).contains("content-type: " + type);
    if (type.equals("application/json")) {
      JsonNode body = JsonMapper.shared().readTree(reply.body());
      assertThat(faults(content.get(type).get("schema"), body, where)).isEmpty();
    }
  }

  private Reply ask(String method, String path) throws IOException {
    String filled = path;
    for (Map.Entry<String, String> value : VALUES.entrySet()) {
      filled = filled.replace(value.getKey(), value.getValue());
    }
    String body = path.equals("/login") ? "{\"token\":\"any\"}" : method.equals("get") ? "" : ASK;
    if (method.equals("put")) {
      return RawClient.ask(
          server.port(), "PUT /v1/agent/service/register", "", "{\"Name\":\"x\",\"Port\":1}");
    }
    String type = body.isEmpty() ? "" : "Content-Type: application/json\r\n";
    return RawClient.ask(
        server.port(), method.toUpperCase(java.util.Locale.ROOT) + " " + filled, type, body);
  }

  @Test
  void errors_are_as_described() throws IOException {
    JsonNode schema = document.get("components").get("schemas").get("Error");
    for (String line : List.of(
        "GET /api/v1/services/nobody",
        "GET /api/v1/services/orders/decisions?last=0",
        "POST /api/v1/pause",
        "DELETE /api/v1/services",
        "GET /api/v1/unknown")) {
      Reply reply = RawClient.ask(server.port(), line);
      assertThat(reply.status()).as(line).isBetween(400, 499);
      assertThat(faults(schema, JsonMapper.shared().readTree(reply.body()), line))
          .isEmpty();
    }
  }

  @Test
  void no_served_path_is_missing_in_it() {
    TreeSet<String> described = new TreeSet<>();
    document.get("paths").propertyNames().forEach(path -> described.add(root(path)));
    assertThat(described)
        .isEqualTo(
            new TreeSet<>(server.server.paths().stream().map(OpenApiTest::root).toList()));
  }

  @Test
  void every_reference_leads_somewhere_and_every_schema_is_used() {
    String text = document.toString();
    document
        .get("components")
        .get("schemas")
        .propertyNames()
        .forEach(name -> assertThat(text).contains("\"#/components/schemas/" + name + "\""));
    for (String part : text.split("#/components/schemas/", -1)) {
      String name = part.substring(0, Math.max(0, part.indexOf('"')));
      if (name.matches("[A-Z][A-Za-z]+")) {
        assertThat(document.get("components").get("schemas").has(name)).as(name).isTrue();
      }
    }
  }

  /** Up to its first variable, without the registry's own subdivision. */
  private static String root(String path) {
    int variable = path.indexOf('{');
    String fixed = variable < 0 ? path : path.substring(0, variable);
    return fixed.startsWith("/v1/")
        ? "/v1/"
        : fixed.startsWith("/api/v1/") ? "/api/v1/" : fixed.startsWith("/live") ? "/live" : fixed;
  }

  /** What is wrong with a value by a schema, for those parts of JSON Schema that the file uses. */
  private List<String> faults(JsonNode schema, JsonNode value, String where) {
    List<String> faults = new ArrayList<>();
    if (schema.has("$ref")) {
      String name = schema.get("$ref").stringValue().replaceFirst(".*/", "");
      return faults(document.get("components").get("schemas").get(name), value, where);
    }
    if (schema.has("oneOf")) {
      long fitting = 0;
      for (JsonNode one : schema.get("oneOf")) {
        fitting += faults(one, value, where).isEmpty() ? 1 : 0;
      }
      return fitting == 1 ? faults : List.of(where + ": fits " + fitting + " of oneOf: " + value);
    }
    if (!typed(schema.get("type"), value)) {
      return List.of(where + ": " + value + " is no " + schema.get("type"));
    }
    if (schema.has("enum") && !schema.get("enum").toString().contains(value.toString())) {
      faults.add(where + ": " + value + " is none of " + schema.get("enum"));
    }
    if ("date-time".equals(schema.path("format").asString(""))) {
      assertThat(Instant.parse(value.stringValue())).isNotNull();
    }
    if (schema.has("items")) {
      value.forEach(item -> faults.addAll(faults(schema.get("items"), item, where + "[]")));
    }
    if (schema.has("properties")) {
      Map<String, JsonNode> known = new TreeMap<>();
      schema
          .get("properties")
          .properties()
          .forEach(entry -> known.put(entry.getKey(), entry.getValue()));
      schema.get("required").forEach(name -> {
        if (!value.has(name.stringValue())) {
          faults.add(where + "." + name.stringValue() + " is missing");
        }
      });
      value.properties().forEach(entry -> {
        JsonNode part = known.get(entry.getKey());
        String name = where + "." + entry.getKey();
        faults.addAll(
            part == null ? List.of(name + " is unknown") : faults(part, entry.getValue(), name));
      });
    }
    return faults;
  }

  private static boolean typed(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      boolean any = false;
      for (JsonNode one : type) {
        any |= typed(one, value);
      }
      return any;
    }
    return switch (type.stringValue()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> false;
    };
  }
}
