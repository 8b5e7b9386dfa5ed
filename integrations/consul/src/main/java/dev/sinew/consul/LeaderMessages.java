// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.Expect;
import dev.sinew.consul.http.ConsulHttp;
import dev.sinew.consul.http.MalformedAnswerException;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a candidate for leadership says to Consul and hears from it. */
final class LeaderMessages {
  private static final JsonMapper JSON = new JsonMapper();

  private final String service;
  private final String holder;
  private final Duration ttl;

  LeaderMessages(String service, String holder, Duration ttl) {
    this.service = service;
    this.holder = holder;
    this.ttl = ttl;
  }

  /**
   * The lock as the servers have it.
   *
   * @param session of the holder, or empty
   * @param modifyIndex the Raft index of the key's last write
   */
  record Lock(String session, long modifyIndex) {
    static final Lock FREE = new Lock("", 0);
  }

  String id() {
    return service + "-" + holder;
  }

  String checkId() {
    return id() + "-ttl";
  }

  String key() {
    return "/v1/kv/sinew/leader/" + ConsulHttp.encoded(service);
  }

  /**
   * A service of its own, since a critical check of the node would take all of its services out of
   * rotation.
   */
  byte[] registration() {
    ObjectNode root = JSON.createObjectNode().put("ID", id()).put("Name", service);
    root.putArray("Checks")
        .addObject()
        .put("CheckID", checkId())
        .put("Name", "candidate")
        .put("TTL", ttl.toMillis() + "ms")
        .put("Status", "passing")
        .put("DeregisterCriticalServiceAfter", "1m");
    return JSON.writeValueAsBytes(root);
  }

  byte[] beat() {
    return ConsulEntries.update("passing", holder);
  }

  /** A session that ends with the check, or with the agent's node; its lock is then free for others. */
  byte[] session() {
    ObjectNode root = JSON.createObjectNode()
        .put("Name", id())
        .put("LockDelay", Lease.LOCK_DELAY_SECONDS + "s")
        .put("Behavior", "release");
    root.putArray("NodeChecks").add("serfHealth");
    root.putArray("ServiceChecks").addObject().put("ID", checkId());
    return JSON.writeValueAsBytes(root);
  }

  String sessionId(byte[] body) throws MalformedAnswerException {
    String id = tree(body).path("ID").asString("");
    if (!id.matches("[a-zA-Z0-9-]{1,64}")) {
      throw new MalformedAnswerException("no session: " + Expect.printable(id));
    }
    return id;
  }

  Lock lock(byte[] body) throws MalformedAnswerException {
    JsonNode entry = tree(body).path(0);
    long index = entry.path("ModifyIndex").asLong(0);
    if (index <= 0) {
      throw new MalformedAnswerException("a lock without an index");
    }
    return new Lock(entry.path("Session").asString(""), index);
  }

  boolean yes(byte[] body) throws MalformedAnswerException {
    return tree(body).asBoolean(false);
  }

  private static JsonNode tree(byte[] body) throws MalformedAnswerException {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      throw new MalformedAnswerException(Expect.printable(String.valueOf(e.getOriginalMessage())));
    }
  }
}
