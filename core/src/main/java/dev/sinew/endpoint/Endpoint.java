// SPDX-License-Identifier: Apache-2.0
package dev.sinew.endpoint;

import dev.sinew.Expect;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One replica of a service, as discovery describes it.
 *
 * @param id unique within the service; a restarted replica has a new id or a new {@code startedAt}
 * @param host name or address, without a port
 * @param port 1 to 65535
 * @param zone failure domain, or empty when unknown; carried for applications, no balancer uses it
 * @param weight static relative capacity, 1 to 10000; 100 is an ordinary replica; of the balancers only
 *     {@code weighted_round_robin} uses it
 * @param priority the tier, 0 to 127: 0 are primaries; those of a higher number get calls when the lower
 *     ones cannot bear them ({@link dev.sinew.failover.PriorityFailover}), with every balancer
 * @param startedAt when the replica started, or null when unknown
 * @param attributes further facts, at most 64 entries
 */
public record Endpoint(
    String id,
    String host,
    int port,
    String zone,
    int weight,
    int priority,
    @Nullable Instant startedAt,
    Map<String, String> attributes) {

  /** The weight of an ordinary replica. */
  public static final int ORDINARY_WEIGHT = 100;

  private static final int LONGEST_NAME = 253;

  /** Checks every field. */
  public Endpoint {
    Expect.that(plain(id), "endpoint.id", id, "1 to 253 printable characters without spaces");
    Expect.that(plain(host), "endpoint.host", host, "a host name or address");
    Expect.that(port >= 1 && port <= 65535, "endpoint.port", port, "1 to 65535");
    Expect.that(
        zone.isEmpty() || plain(zone),
        "endpoint.zone",
        zone,
        "at most 253 printable characters without spaces");
    Expect.that(weight >= 1 && weight <= 10_000, "endpoint.weight", weight, "1 to 10000");
    Expect.that(priority >= 0 && priority <= 127, "endpoint.priority", priority, "0 to 127");
    Expect.that(
        attributes.size() <= 64, "endpoint.attributes", attributes.size(), "at most 64 entries");
    attributes = Map.copyOf(attributes);
  }

  /** An ordinary primary endpoint of which only the address is known; its id is {@code host:port}. */
  public static Endpoint of(String host, int port) {
    return new Endpoint(host + ":" + port, host, port, "", ORDINARY_WEIGHT, 0, null, Map.of());
  }

  /** This endpoint under another id. */
  public Endpoint withId(String newId) {
    return new Endpoint(newId, host, port, zone, weight, priority, startedAt, attributes);
  }

  /** This endpoint with a start time. */
  public Endpoint withStartedAt(Instant time) {
    return new Endpoint(id, host, port, zone, weight, priority, time, attributes);
  }

  /** This endpoint with other attributes. */
  public Endpoint withAttributes(Map<String, String> newAttributes) {
    return new Endpoint(id, host, port, zone, weight, priority, startedAt, newAttributes);
  }

  /** Registries are not trusted: what is logged must not look like more than one word. */
  private static boolean plain(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_NAME
        && text.equals(Expect.printable(text))
        && text.codePoints().noneMatch(Character::isSpaceChar);
  }
}
