// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.Expect;
import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.consul.http.MalformedAnswerException;
import dev.sinew.consul.query.Instances;
import dev.sinew.endpoint.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Endpoints as Consul service entries, both ways.
 *
 * <p>Zone, priority and start time travel in the service's Meta beside the attributes; the weight is
 * Weights.Passing; a tag repeats the priority for people and for other clients.
 */
final class ConsulEntries {
  static final int MOST_ENDPOINTS = 10_000;

  private static final JsonMapper JSON = new JsonMapper();
  private static final String ZONE = "zone";
  private static final String PRIORITY = "priority";
  private static final String STARTED_AT = "started-at";
  private static final String PRIMARY = "primary";
  private static final String BACKUP = "backup";
  private static final List<String> TIERS = List.of(PRIMARY, BACKUP);
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_.:@\\[\\]-]{1,200}");
  private static final Pattern HOST = Pattern.compile("[a-zA-Z0-9_.:%\\[\\]-]{1,253}");
  // Consul's limits; 61 attributes and our own three make its 64 pairs.
  private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9_-]{1,128}");
  private static final int LONGEST_VALUE = 512;
  private static final int MOST_ATTRIBUTES = 61;

  private ConsulEntries() {}

  /**
   * What a health query found.
   *
   * @param instances the usable entries, at most 10 000
   * @param endpoints the same with distinct ids
   * @param skipped entries that were malformed, of another service, critical, or beyond the bound
   */
  record Found(Instances instances, List<Endpoint> endpoints, int skipped) {}

  /** The body of a registration with one TTL check that has a status at once. */
  static byte[] registration(ConsulTarget target, Endpoint endpoint, Duration ttl, String status) {
    ObjectNode root = JSON.createObjectNode();
    root.put("ID", endpoint.id()).put("Name", target.service());
    root.put("Address", endpoint.host()).put("Port", endpoint.port());
    ArrayNode tags = root.putArray("Tags").add(endpoint.priority() == 0 ? PRIMARY : BACKUP);
    target.tags().stream().filter(tag -> !TIERS.contains(tag)).forEach(tags::add);
    ObjectNode meta = root.putObject("Meta");
    endpoint.attributes().forEach(meta::put);
    meta.put(PRIORITY, Integer.toString(endpoint.priority()));
    if (!endpoint.zone().isEmpty()) {
      meta.put(ZONE, endpoint.zone());
    }
    if (endpoint.startedAt() != null) {
      meta.put(STARTED_AT, endpoint.startedAt().toString());
    }
    root.putObject("Weights").put("Passing", endpoint.weight()).put("Warning", 1);
    root.putArray("Checks")
        .addObject()
        .put("CheckID", checkId(endpoint))
        .put("Name", "heart-beat")
        .put("TTL", ttl.toMillis() + "ms")
        .put("Status", status)
        .put("DeregisterCriticalServiceAfter", "1m");
    return JSON.writeValueAsBytes(root);
  }

  /** The body of a heart-beat. */
  static byte[] update(String status, String output) {
    return JSON.writeValueAsBytes(
        JSON.createObjectNode().put("Status", status).put("Output", output));
  }

  static String checkId(Endpoint endpoint) {
    return endpoint.id() + ":ttl";
  }

  /** Refuses an endpoint that Consul would refuse or that would come back as another one. */
  static void requireRegistrable(Endpoint endpoint) {
    boolean id = ID.matcher(endpoint.id()).matches() && !endpoint.id().matches("\\.{1,2}");
    Expect.that(id, "endpoint.id", endpoint.id(), "1 to 200 of a-z A-Z 0-9 _ . : @ [ ] -");
    Expect.that(
        usableHost(endpoint.host()), "endpoint.host", endpoint.host(), "a host others can reach");
    Map<String, String> attributes = endpoint.attributes();
    Expect.that(
        attributes.size() <= MOST_ATTRIBUTES,
        "endpoint.attributes",
        attributes.size(),
        "at most 61 entries");
    attributes.forEach((key, value) -> {
      boolean plain = KEY.matcher(key).matches() && !key.startsWith("consul-");
      boolean ours = key.equals(ZONE) || key.equals(PRIORITY) || key.equals(STARTED_AT);
      String constraint = "1 to 128 of a-z A-Z 0-9 _ -, not zone, priority, started-at, consul-";
      Expect.that(plain && !ours, "endpoint.attributes", key, constraint);
      Expect.that(value.length() <= LONGEST_VALUE, key, value.length(), "at most 512 characters");
    });
  }

  /**
   * Reads the answer to a health query; what is wrong with one entry stays with that entry.
   *
   * @throws MalformedAnswerException if it is no list, or a list in which nothing is usable
   */
  static Found parse(String service, byte[] body) throws MalformedAnswerException {
    List<Endpoint> usable = new ArrayList<>();
    int entries = each(body, entry -> {
      boolean wanted = usable.size() < MOST_ENDPOINTS && !critical(entry.path("Checks"));
      Endpoint endpoint = wanted ? endpoint(service, entry) : null;
      if (endpoint != null) {
        usable.add(endpoint);
      }
    });
    if (usable.isEmpty() && entries > 0) {
      throw new MalformedAnswerException("none of " + entries + " entries is usable");
    }
    Instances instances = Instances.of(usable);
    List<Endpoint> endpoints = instances.endpoints();
    return new Found(instances, endpoints, entries - endpoints.size());
  }

  /**
   * Reads the answer to a query for the instances of which a check does not pass; an entry that is not
   * usable is left out.
   *
   * @return null if there are others among them, because the agent has ignored the filter
   * @throws MalformedAnswerException if it is no list
   */
  static @Nullable Instances failing(String service, byte[] body) throws MalformedAnswerException {
    List<Endpoint> failing = new ArrayList<>();
    AtomicBoolean others = new AtomicBoolean();
    int unused = each(body, entry -> {
      if (passing(entry.path("Checks"))) {
        others.set(true);
        return;
      }
      Endpoint endpoint = failing.size() < MOST_ENDPOINTS ? endpoint(service, entry) : null;
      if (endpoint != null) {
        failing.add(endpoint);
      }
    });
    return others.get() ? null : Instances.of(failing);
  }

  // One entry at a time: a tree of the whole answer would be ten times as large as the answer.
  private static int each(byte[] body, Consumer<JsonNode> reader) throws MalformedAnswerException {
    int entries = 0;
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new MalformedAnswerException("not a list");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        reader.accept(parser.readValueAsTree());
        entries++;
      }
      if (parser.nextToken() != null) {
        throw new MalformedAnswerException("more than a list");
      }
    } catch (JacksonException e) {
      throw new MalformedAnswerException(Expect.printable(String.valueOf(e.getOriginalMessage())));
    }
    return entries;
  }

  private static @Nullable Endpoint endpoint(String service, JsonNode entry) {
    try {
      JsonNode found = entry.path("Service");
      boolean asked = found.path("Service").asString("").equalsIgnoreCase(service);
      return asked ? endpoint(entry, found) : null;
    } catch (JacksonException | IllegalArgumentException e) {
      return null;
    }
  }

  // A registry that ignores ?passing must not get critical instances chosen.
  private static boolean critical(JsonNode checks) {
    for (JsonNode check : checks) {
      if (!check.path("Status").asString("").matches("passing|warning")) {
        return true;
      }
    }
    return !checks.isArray();
  }

  // As Consul's ?passing has it; what has no check passes.
  private static boolean passing(JsonNode checks) {
    for (JsonNode check : checks) {
      if (!check.path("Status").asString("").equals("passing")) {
        return false;
      }
    }
    return checks.isArray();
  }

  private static Endpoint endpoint(JsonNode entry, JsonNode service) {
    Map<String, String> meta = meta(service.path("Meta"));
    String zone = meta.remove(ZONE);
    String priority = meta.remove(PRIORITY);
    String startedAt = meta.remove(STARTED_AT);
    JsonNode own = service.path("Address");
    boolean ofNode = own.isMissingNode() || text(own).isEmpty();
    String host = text(ofNode ? entry.path("Node").path("Address") : own);
    Expect.that(usableHost(host), "Address", host, "a host others can reach");
    return new Endpoint(
        text(service.path("ID")),
        host,
        service.path("Port").intValue(),
        zone == null ? "" : zone,
        weight(service.path("Weights").path("Passing")),
        priority == null ? priority(service.path("Tags")) : Integer.parseInt(priority),
        instant(startedAt),
        meta);
  }

  private static Map<String, String> meta(JsonNode node) {
    Map<String, String> meta = new HashMap<>();
    for (Map.Entry<String, JsonNode> pair : node.properties()) {
      String value = text(pair.getValue());
      Expect.that(
          value.length() <= LONGEST_VALUE, "Meta", value.length(), "at most 512 characters");
      meta.put(pair.getKey(), value);
    }
    return meta;
  }

  private static String text(JsonNode node) {
    Expect.that(node.isString(), "text", node.getNodeType(), "a string");
    return node.stringValue();
  }

  // No word is an ordinary weight; Consul allows up to 65535, which is more than we do.
  private static int weight(JsonNode passing) {
    int weight = passing.isMissingNode() ? Endpoint.ORDINARY_WEIGHT : passing.intValue();
    Expect.that(weight <= 65_535, "Passing", weight, "at most 65535");
    return Math.min(weight, 10_000);
  }

  private static int priority(JsonNode tags) {
    for (JsonNode tag : tags) {
      if (tag.asString("").equals(BACKUP)) {
        return 1;
      }
    }
    return 0;
  }

  private static @Nullable Instant instant(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  // Unspecified and link-local addresses lead to the caller itself or to a cloud's metadata
  // service.
  private static boolean usableHost(String host) {
    return HOST.matcher(host).matches()
        && !host.equals("0.0.0.0")
        && !host.equals("::")
        && !host.startsWith("169.254.");
  }
}
