// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Keeps the published schema and the reader in step. */
final class FleetSchemaTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNode TEXT = JSON.readTree(FleetSchema.text());
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(TEXT);
  private static final Map<String, String> SECRETS =
      Map.of("SINEW_TOKEN", "a-token-long-enough", "DB_PASSWORD", "x", "PROMETHEUS_PASSWORD", "x");
  private static final String STRANGER = "zzzzzzzz";
  private static final List<String> VALUES = List.of(
      "null",
      "true",
      "0",
      "1",
      "-1",
      "3",
      "0.5",
      "1.5",
      "70000000000",
      "\"\"",
      "\"x\"",
      "\"5\"",
      "\"5s\"",
      "\"1h30m\"",
      "\"70%\"",
      "\"0.7\"",
      "\"200/s\"",
      "\"8MiB\"",
      "\"keep\"",
      "\"backup\"",
      "\"orca\"",
      "\"a b\"",
      "\"embedded\"",
      "\"consul://127.0.0.1:8500\"",
      "\"consul://127.0.0.1:8500/x?tag=a\"",
      "\"[::1]:80\"",
      "[]",
      "{}",
      "[\"x\"]",
      "{\"env\": \"DB_PASSWORD\"}",
      "{\"x\": 1}");

  @TempDir
  Path folder;

  private static JsonNode example(String name) throws IOException {
    String text = Files.readString(Path.of("../examples/fleet", name + ".yaml"));
    Object loaded = new Load(LoadSettings.builder().build()).loadFromString(text);
    return JSON.valueToTree(loaded);
  }

  private FleetFile read(JsonNode document) throws IOException {
    Path file = folder.resolve("fleet.yaml");
    return FleetFile.check(Files.writeString(file, JSON.writeValueAsString(document)), SECRETS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full", "backup", "consul"})
  void every_example_is_valid(String name) throws IOException {
    assertThat(SCHEMA.validate(example(name))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "backup"})
  void the_reader_knows_the_same_keys(String name) throws IOException {
    JsonNode document = example(name);
    List<ObjectNode> sections = new ArrayList<>();
    List<JsonNode> schemas = new ArrayList<>();
    collect(document, TEXT, sections, schemas);

    assertThat(sections).hasSizeGreaterThan(8);
    for (int i = 0; i < sections.size(); i++) {
      sections.get(i).put(STRANGER, 1);
      Collection<String> keys = schemas.get(i).get("properties").propertyNames();
      assertThat(keysOf(read(document))).containsExactlyInAnyOrderElementsOf(keys);
      assertThat(SCHEMA.validate(document)).isNotEmpty();
      sections.get(i).remove(STRANGER);
    }
  }

  @Test
  void the_full_example_has_every_key() throws IOException {
    List<ObjectNode> sections = new ArrayList<>();
    List<JsonNode> schemas = new ArrayList<>();
    collect(example("full"), TEXT, sections, schemas);
    Set<String> missing = new TreeSet<>();
    for (int i = 0; i < sections.size(); i++) {
      missing.addAll(schemas.get(i).get("properties").propertyNames());
      missing.removeAll(sections.get(i).propertyNames());
    }
    assertThat(missing)
        .as("backup.yaml has the one, the controller's section the other")
        .containsExactly("of", "token");
  }

  @Test
  void every_key_is_described() {
    assertThat(undescribed(TEXT, "")).isEmpty();
  }

  @Test
  void what_the_reader_takes_is_valid() throws IOException {
    int both = 0;
    int neither = 0;
    JsonNode document = example("full");
    for (Place place : places(document)) {
      for (String value : VALUES) {
        JsonNode before = place.get();
        place.set(JSON.readTree(value));
        boolean right = read(document).config() != null;
        boolean valid = SCHEMA.validate(document).isEmpty();
        assertThat(!right || valid).as(place + ": " + value).isTrue();
        both += right ? 1 : 0;
        neither += valid ? 0 : 1;
        place.set(before);
      }
    }
    assertThat(both).as("right and valid").isGreaterThan(50);
    assertThat(neither).as("neither").isGreaterThan(500);
  }

  /** A value in its parent. */
  private record Place(JsonNode parent, String key) {
    JsonNode get() {
      return parent.isArray() ? parent.get(Integer.parseInt(key)) : parent.get(key);
    }

    void set(JsonNode value) {
      if (parent instanceof ObjectNode object) {
        object.set(key, value);
      } else {
        ((ArrayNode) parent).set(Integer.parseInt(key), value);
      }
    }

    @Override
    public String toString() {
      return key + " in " + parent;
    }
  }

  private static List<Place> places(JsonNode node) {
    List<Place> places = new ArrayList<>();
    if (node.isObject()) {
      for (String key : node.propertyNames()) {
        places.add(new Place(node, key));
        places.addAll(places(node.get(key)));
      }
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      places.add(new Place(node, Integer.toString(i)));
      places.addAll(places(node.get(i)));
    }
    return places;
  }

  /** The keys that the reader names when it meets one that it does not know. */
  private static List<String> keysOf(FleetFile read) {
    String message = read.errors().stream()
        .filter(problem -> problem.message().startsWith("unknown key"))
        .findFirst()
        .orElseThrow()
        .message();
    String listed = message.replaceFirst("unknown key \\(expected: (?:one of )?(.*)\\)", "$1");
    return List.of(listed.split(", ", -1));
  }

  private static void collect(
      JsonNode node, JsonNode schema, List<ObjectNode> sections, List<JsonNode> schemas) {
    JsonNode resolved = resolved(schema, node);
    if (node instanceof ObjectNode object) {
      if (resolved.has("properties")) {
        sections.add(object);
        schemas.add(resolved);
      }
      for (String key : object.propertyNames()) {
        JsonNode known = resolved.path("properties").path(key);
        JsonNode free = resolved.path("additionalProperties");
        collect(object.get(key), known.isMissingNode() ? free : known, sections, schemas);
      }
    }
    if (node.isArray()) {
      node.forEach(item -> collect(item, resolved.path("items"), sections, schemas));
    }
  }

  /** The schema behind a reference, or the one of several that is for mappings. */
  private static JsonNode resolved(JsonNode schema, JsonNode node) {
    if (schema.has("anyOf") && !schema.has("properties") && node.isObject()) {
      return resolved(schema.get("anyOf").get(1), node);
    }
    return schema.has("$ref") ? TEXT.at(schema.get("$ref").asString().substring(1)) : schema;
  }

  private static List<String> undescribed(JsonNode schema, String path) {
    List<String> found = new ArrayList<>();
    for (String key : schema.isObject() ? schema.propertyNames() : List.<String>of()) {
      JsonNode value = schema.get(key);
      boolean keys = key.equals("properties") && !path.contains("/if") && !path.contains("/then");
      for (String name : keys ? value.propertyNames() : List.<String>of()) {
        if (!value.get(name).path("description").asString("").endsWith(".")
            && !path.endsWith("/else")) {
          found.add(path + "/" + name);
        }
      }
      found.addAll(undescribed(value, path + "/" + key));
    }
    return found;
  }
}
