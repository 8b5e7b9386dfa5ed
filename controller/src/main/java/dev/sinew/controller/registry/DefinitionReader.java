// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import dev.sinew.controller.registry.RegistryEntry.Status;
import dev.sinew.controller.registry.ServiceDefinition.CheckDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the bodies that clients send, as strictly as Consul: an unknown field is an error.
 *
 * <p>Names of fields match in any case and with or without underscores; null means absent. Of
 * Consul's checks only TTL checks are known. Tags and checks are bounded to 64 each, as Meta is.
 */
final class DefinitionReader {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final Set<String> SERVICE_FIELDS = Set.of(
      "id",
      "name",
      "tags",
      "meta",
      "address",
      "port",
      "weights",
      "check",
      "checks",
      "enabletagoverride");
  private static final Set<String> CHECK_FIELDS =
      Set.of("checkid", "id", "name", "notes", "ttl", "status", "deregistercriticalserviceafter");
  private static final Pattern META_KEY = Pattern.compile("[a-zA-Z0-9_-]+");
  private static final int MOST = 64;
  private static final int LONGEST_NAME = 253;
  private static final int LONGEST_META_KEY = 128;
  private static final int LONGEST_META_VALUE = 512;
  private static final Duration SHORTEST_DEREGISTRATION = Duration.ofMinutes(1);

  private DefinitionReader() {}

  /** The words of a heart-beat. */
  record Update(Status status, String output) {}

  /** Reads the body of a check update. */
  static Update update(byte[] body) {
    Map<String, JsonNode> fields = fields(tree(body), Set.of("status", "output"));
    String status = text(fields, "status");
    Status known = Status.of(status);
    if (known == null) {
      throw RefusedException.badRequest("Invalid check status: '" + status + "'");
    }
    return new Update(known, text(fields, "output"));
  }

  /** Reads the body of a service registration. */
  static ServiceDefinition service(byte[] body) {
    Map<String, JsonNode> fields = fields(tree(body), SERVICE_FIELDS);
    String name = name(fields, "name");
    if (name.isEmpty()) {
      throw RefusedException.badRequest("Missing service name");
    }
    String ownId = name(fields, "id");
    String id = ownId.isEmpty() ? name : ownId;
    String address = name(fields, "address");
    if (address.equals("0.0.0.0") || address.equals("::") || address.equals("[::]")) {
      throw RefusedException.badRequest("Invalid service address");
    }
    JsonNode weights = fields.get("weights");
    Map<String, JsonNode> weight =
        weights == null ? Map.of() : fields(weights, Set.of("passing", "warning"));
    int passing = weights == null ? 1 : number(weight, "passing");
    int warning = weights == null ? 1 : number(weight, "warning");
    requireWeights(passing, warning);
    return new ServiceDefinition(
        id,
        name,
        tags(fields.get("tags")),
        meta(fields.get("meta")),
        address,
        number(fields, "port"),
        passing,
        warning,
        checks(fields, id, name));
  }

  private static void requireWeights(int passing, int warning) {
    if (passing < 1) {
      throw RefusedException.badRequest("Invalid Weights: Passing must be greater than 0");
    }
    if (warning < 0) {
      throw RefusedException.badRequest("Invalid Weights: Warning must be greater or equal than 0");
    }
    if (passing > 65_535 || warning > 65_535) {
      throw RefusedException.badRequest("Invalid Weights: DNS Weight must be between 0 and 65535");
    }
  }

  private static List<String> tags(@Nullable JsonNode node) {
    List<String> tags = new ArrayList<>();
    for (JsonNode tag : list(node, "Tags")) {
      tags.add(limited("Tags", string(tag, "Tags"), LONGEST_NAME));
    }
    return tags;
  }

  private static Map<String, String> meta(@Nullable JsonNode node) {
    Map<String, String> meta = new HashMap<>();
    if (node != null && !(node instanceof ObjectNode)) {
      throw mistyped(node, "Meta", "map");
    }
    if (node != null && node.size() > MOST) {
      throw badMeta("Node metadata cannot contain more than 64 key/value pairs");
    }
    for (Map.Entry<String, JsonNode> pair :
        node == null ? Map.<String, JsonNode>of().entrySet() : node.properties()) {
      String key = pair.getKey();
      String value = string(pair.getValue(), "Meta");
      String at = "Couldn't load metadata pair ('" + key + "'): ";
      if (key.isEmpty()) {
        throw badMeta(at + "Key cannot be blank");
      }
      if (!META_KEY.matcher(key).matches()) {
        throw badMeta(at + "Key contains invalid characters");
      }
      if (key.length() > LONGEST_META_KEY) {
        throw badMeta("Key is too long (limit: 128 characters)");
      }
      if (key.startsWith("consul-")) {
        throw badMeta(at + "Key prefix 'consul-' is reserved for internal use");
      }
      if (value.length() > LONGEST_META_VALUE) {
        throw badMeta(at + "Value is too long (limit: 512 characters)");
      }
      meta.put(key, value);
    }
    return meta;
  }

  private static RefusedException badMeta(String reason) {
    return RefusedException.badRequest("Invalid Service Meta: " + reason);
  }

  private static List<CheckDefinition> checks(
      Map<String, JsonNode> fields, String id, String service) {
    List<JsonNode> nodes = new ArrayList<>();
    list(fields.get("checks"), "Checks").forEach(nodes::add);
    JsonNode single = fields.get("check");
    if (single != null) {
      nodes.add(single);
    }
    List<CheckDefinition> checks = new ArrayList<>();
    for (JsonNode node : nodes) {
      String suffix = nodes.size() == 1 ? "" : ":" + (checks.size() + 1);
      checks.add(check(fields(node, CHECK_FIELDS), "service:" + id + suffix, service));
    }
    return checks;
  }

  private static CheckDefinition check(
      Map<String, JsonNode> fields, String generatedId, String service) {
    String wire = text(fields, "status");
    Status status = wire.isEmpty() ? Status.CRITICAL : Status.of(wire);
    if (status == null) {
      throw RefusedException.badRequest("Status for checks must 'passing', 'warning', 'critical'");
    }
    Duration ttl = duration(fields, "ttl");
    if (ttl.isZero() || ttl.isNegative()) {
      throw RefusedException.badRequest("Invalid check: TTL must be > 0 for TTL checks");
    }
    Duration after = duration(fields, "deregistercriticalserviceafter");
    boolean never = after.isZero() || after.isNegative();
    boolean soon = after.compareTo(SHORTEST_DEREGISTRATION) < 0;
    String id = name(fields, fields.containsKey("checkid") ? "checkid" : "id");
    String name = name(fields, "name");
    return new CheckDefinition(
        id.isEmpty() ? generatedId : id,
        name.isEmpty() ? "Service '" + service + "' check" : name,
        text(fields, "notes"),
        ttl,
        status,
        never ? null : soon ? SHORTEST_DEREGISTRATION : after);
  }

  private static JsonNode tree(byte[] body) {
    try {
      JsonNode root = JSON.readTree(body);
      if (root.isMissingNode()) {
        throw RefusedException.undecodable("EOF");
      }
      return root;
    } catch (JacksonException e) {
      throw RefusedException.undecodable(String.valueOf(e.getOriginalMessage()));
    }
  }

  private static Map<String, JsonNode> fields(JsonNode object, Set<String> known) {
    if (!object.isNull() && !(object instanceof ObjectNode)) {
      throw mistyped(object, "", "struct");
    }
    Map<String, JsonNode> fields = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = field.getKey().toLowerCase(Locale.ROOT).replace("_", "");
      if (!known.contains(name)) {
        throw RefusedException.undecodable("json: unknown field \"" + field.getKey() + '"');
      }
      if (!field.getValue().isNull()) {
        fields.put(name, field.getValue());
      }
    }
    return fields;
  }

  private static JsonNode list(@Nullable JsonNode node, String field) {
    JsonNode list = node == null ? JSON.createArrayNode() : node;
    if (!list.isArray()) {
      throw mistyped(list, field, "[]");
    }
    if (list.size() > MOST) {
      throw RefusedException.badRequest(field + " cannot contain more than 64 entries");
    }
    return list;
  }

  private static String name(Map<String, JsonNode> fields, String field) {
    return limited(field, text(fields, field), LONGEST_NAME);
  }

  private static String limited(String field, String text, int most) {
    if (text.length() > most || text.chars().anyMatch(Character::isISOControl)) {
      throw RefusedException.badRequest(
          field + " must be at most " + most + " printable characters");
    }
    return text;
  }

  private static String text(Map<String, JsonNode> fields, String field) {
    JsonNode node = fields.get(field);
    return node == null ? "" : string(node, field);
  }

  private static String string(JsonNode node, String field) {
    if (!node.isString()) {
      throw mistyped(node, field, "string");
    }
    return node.stringValue();
  }

  private static int number(Map<String, JsonNode> fields, String field) {
    JsonNode node = fields.get(field);
    if (node == null) {
      return 0;
    }
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw mistyped(node, field, "int");
    }
    return node.intValue();
  }

  private static Duration duration(Map<String, JsonNode> fields, String field) {
    JsonNode node = fields.get(field);
    if (node != null && node.isIntegralNumber() && node.canConvertToLong()) {
      return Duration.ofNanos(node.longValue());
    }
    String text = text(fields, field);
    try {
      return text.isEmpty() ? Duration.ZERO : GoDuration.parse(text);
    } catch (IllegalArgumentException e) {
      throw RefusedException.undecodable(String.valueOf(e.getMessage()));
    }
  }

  private static RefusedException mistyped(JsonNode node, String field, String type) {
    String kind = node.getNodeType().toString().toLowerCase(Locale.ROOT);
    return RefusedException.undecodable(
        "json: cannot unmarshal " + kind + " into Go struct field ." + field + " of type " + type);
  }
}
