// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.Expect;
import dev.sinew.consul.http.ConsulHttp;
import dev.sinew.consul.http.MalformedAnswerException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a candidate for leadership says to Consul and hears from it. */
final class LeaderMessages {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern CLAIM = Pattern.compile("\\S{1,200} (\\d{1,15})");
  private static final long GREATEST_FLOOR = 999_999_999_999_999L;

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
   * @param floor what its holder adds to the index
   */
  record Lock(String session, long modifyIndex, long floor) {
    static final Lock FREE = new Lock("", 0, 0);

    /** Greater after each write to the key, as long as its value is a claim that follows this. */
    long epoch() {
      return floor + modifyIndex;
    }

    /** The floor of the next claim, so that its epoch is above this one's and above another. */
    long nextFloor(long greatest) {
      return Math.min(GREATEST_FLOOR, Math.max(floor, greatest - modifyIndex));
    }
  }

  /** The key's value while somebody holds it; the floor outlives the registry's own count. */
  static byte[] claim(String holder, long floor) {
    return (holder + ' ' + floor).getBytes(StandardCharsets.US_ASCII);
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
    return new Lock(
        entry.path("Session").asString(""), index, floor(entry.path("Value").asString("")));
  }

  // What is no claim has no floor; a smaller epoch than another is refused, so that is safe.
  private static long floor(String value) {
    try {
      Matcher claim =
          CLAIM.matcher(new String(Base64.getDecoder().decode(value), StandardCharsets.US_ASCII));
      return claim.matches() ? Long.parseLong(claim.group(1)) : 0;
    } catch (IllegalArgumentException e) {
      return 0;
    }
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
