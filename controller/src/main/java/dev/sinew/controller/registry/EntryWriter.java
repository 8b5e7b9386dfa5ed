// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes answers in the shapes of Consul 1.8.7, for one node that is always alive. */
final class EntryWriter {
  static final String DATACENTER = "dc1";

  private static final JsonMapper JSON = new JsonMapper();
  private static final String VERSION = "1.8.7";
  private static final String NODE = "sinew";
  private static final String NODE_ID =
      UUID.nameUUIDFromBytes(NODE.getBytes(StandardCharsets.UTF_8)).toString();

  private final String address;
  private final long nodeIndex;

  /**
   * Makes a writer.
   *
   * @param address the node's address, which stands in for that of a service without one
   * @param nodeIndex the index at which the node joined
   */
  EntryWriter(String address, long nodeIndex) {
    this.address = address;
    this.nodeIndex = nodeIndex;
  }

  byte[] text(String text) {
    return JSON.writeValueAsBytes(text);
  }

  byte[] self() {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("Config")
        .put("Datacenter", DATACENTER)
        .put("NodeName", NODE)
        .put("NodeID", NODE_ID)
        .put("Revision", "")
        .put("Server", true)
        .put("Version", VERSION);
    root.putObject("Member").put("Name", NODE).put("Addr", address).put("Status", 1);
    return JSON.writeValueAsBytes(root);
  }

  byte[] services(Map<String, Set<String>> services) {
    ObjectNode root = JSON.createObjectNode();
    // Consul lists itself as well.
    root.putArray("consul");
    services.forEach((name, tags) -> strings(root.putArray(name), tags));
    return JSON.writeValueAsBytes(root);
  }

  byte[] health(List<RegistryEntry> entries) {
    ArrayNode root = JSON.createArrayNode();
    for (RegistryEntry entry : entries) {
      ObjectNode found = root.addObject();
      node(found.putObject("Node"));
      service(found.putObject("Service"), entry);
      ArrayNode checks = found.putArray("Checks");
      alive(checks.addObject());
      entry.checks().forEach(check -> check(checks.addObject(), entry, check));
    }
    return JSON.writeValueAsBytes(root);
  }

  byte[] catalog(List<RegistryEntry> entries) {
    ArrayNode root = JSON.createArrayNode();
    for (RegistryEntry entry : entries) {
      ObjectNode found = root.addObject();
      found.put("ID", NODE_ID).put("Node", NODE).put("Address", address);
      found.put("Datacenter", DATACENTER);
      found.putObject("TaggedAddresses").put("lan", address).put("wan", address);
      found.putObject("NodeMeta");
      found.put("ServiceKind", "").put("ServiceID", entry.id());
      found.put("ServiceName", entry.service());
      strings(found.putArray("ServiceTags"), entry.tags());
      found.put("ServiceAddress", entry.address());
      weights(found.putObject("ServiceWeights"), entry);
      found.set("ServiceMeta", meta(entry));
      found.put("ServicePort", entry.port()).put("ServiceEnableTagOverride", false);
      indexes(found, entry.createIndex(), entry.modifyIndex());
    }
    return JSON.writeValueAsBytes(root);
  }

  private void node(ObjectNode node) {
    node.put("ID", NODE_ID).put("Node", NODE).put("Address", address);
    node.put("Datacenter", DATACENTER);
    node.putObject("TaggedAddresses").put("lan", address).put("wan", address);
    node.putObject("Meta");
    indexes(node, nodeIndex, nodeIndex);
  }

  private static void service(ObjectNode service, RegistryEntry entry) {
    service.put("ID", entry.id()).put("Service", entry.service());
    strings(service.putArray("Tags"), entry.tags());
    service.put("Address", entry.address());
    service.set("Meta", meta(entry));
    service.put("Port", entry.port());
    weights(service.putObject("Weights"), entry);
    service.put("EnableTagOverride", false);
    indexes(service, entry.createIndex(), entry.modifyIndex());
  }

  private void alive(ObjectNode check) {
    check.put("Node", NODE).put("CheckID", "serfHealth").put("Name", "Serf Health Status");
    check.put("Status", "passing").put("Notes", "").put("Output", "Agent alive and reachable");
    check.put("ServiceID", "").put("ServiceName", "").putArray("ServiceTags");
    check.put("Type", "").putObject("Definition");
    indexes(check, nodeIndex, nodeIndex);
  }

  private static void check(ObjectNode to, RegistryEntry entry, RegistryEntry.Check check) {
    to.put("Node", NODE).put("CheckID", check.id()).put("Name", check.name());
    to.put("Status", check.status().wire()).put("Notes", check.notes());
    to.put("Output", check.output());
    to.put("ServiceID", entry.id()).put("ServiceName", entry.service());
    strings(to.putArray("ServiceTags"), entry.tags());
    to.put("Type", "ttl").putObject("Definition");
    indexes(to, check.createIndex(), check.modifyIndex());
  }

  private static JsonNode meta(RegistryEntry entry) {
    ObjectNode meta = JSON.createObjectNode();
    new TreeMap<>(entry.meta()).forEach(meta::put);
    return meta;
  }

  private static void weights(ObjectNode weights, RegistryEntry entry) {
    weights.put("Passing", entry.passingWeight()).put("Warning", entry.warningWeight());
  }

  private static void indexes(ObjectNode node, long created, long modified) {
    node.put("CreateIndex", created).put("ModifyIndex", modified);
  }

  private static void strings(ArrayNode array, Collection<String> strings) {
    strings.forEach(array::add);
  }
}
