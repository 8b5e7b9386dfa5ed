// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.Expect;
import dev.sinew.endpoint.Endpoint;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a replica says of its part in the fleet; null is left open.
 *
 * @param priority 0 to 127; 0, the primary tier, if it is left open
 * @param zone failure domain
 * @param version of the program, in the endpoint's attribute {@code version}
 */
record Placement(
    @Nullable Integer priority,
    @Nullable String zone,
    @Nullable String version) {
  static final Placement OPEN = new Placement(null, null, null);
  static final String VERSION = "version";

  private static final String PRIORITY_VARIABLE = "SINEW_PRIORITY";
  private static final String ZONE_VARIABLE = "SINEW_ZONE";
  private static final String VERSION_VARIABLE = "SINEW_VERSION";

  Placement {
    checkPriority("priority", priority, priority);
    checkWord("zone", zone);
    checkWord(VERSION, version);
  }

  Placement withPriority(int value) {
    return new Placement(value, zone, version);
  }

  Placement withZone(String value) {
    return new Placement(priority, value, version);
  }

  Placement withVersion(String value) {
    return new Placement(priority, zone, value);
  }

  /**
   * This placement, with what it leaves open from the environment.
   *
   * @throws IllegalArgumentException if a variable that is needed has no such value
   */
  Placement filledFrom(Map<String, String> environment) {
    return new Placement(
        priority != null ? priority : priority(environment.getOrDefault(PRIORITY_VARIABLE, "")),
        zone != null ? zone : word(environment, ZONE_VARIABLE),
        version != null ? version : word(environment, VERSION_VARIABLE));
  }

  /** The endpoint in this place. */
  Endpoint place(Endpoint endpoint) {
    return new Endpoint(
        endpoint.id(),
        endpoint.host(),
        endpoint.port(),
        zone == null ? endpoint.zone() : zone,
        endpoint.weight(),
        priority == null ? endpoint.priority() : priority,
        endpoint.startedAt(),
        version == null ? endpoint.attributes() : versioned(endpoint.attributes(), version));
  }

  private static Map<String, String> versioned(Map<String, String> attributes, String version) {
    Map<String, String> all = new HashMap<>(attributes);
    all.put(VERSION, version);
    return all;
  }

  private static @Nullable Integer priority(String text) {
    if (text.isEmpty()) {
      return null;
    }
    Integer number = text.matches("[0-9]{1,3}") ? Integer.valueOf(text) : Integer.valueOf(-1);
    checkPriority(PRIORITY_VARIABLE, number, text);
    return number;
  }

  private static @Nullable String word(Map<String, String> environment, String variable) {
    String text = environment.getOrDefault(variable, "");
    if (text.isEmpty()) {
      return null;
    }
    checkWord(variable, text);
    return text;
  }

  private static void checkPriority(String name, @Nullable Integer number, @Nullable Object shown) {
    boolean fits = number == null || (number >= 0 && number <= 127);
    Expect.that(fits, name, String.valueOf(shown), "0 to 127");
  }

  private static void checkWord(String name, @Nullable String text) {
    boolean word = text == null || text.matches("[\\x21-\\x7e]{1,253}");
    Expect.that(word, name, String.valueOf(text), "1 to 253 printable ASCII characters, no space");
  }
}
