// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who wants the number held or let go, and why.
 *
 * @param by 1 to 200 characters
 * @param why 1 to 1 000 characters
 */
record Ask(String by, String why) {
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_REASON = 1000;
  private static final Set<String> KEYS = Set.of("by", "why");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  Ask {
    check("by", by, LONGEST_NAME);
    check("why", why, LONGEST_REASON);
  }

  /**
   * Reads a body as {@code {"by": "ann@desk", "why": "release"}}.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  static Ask read(byte[] body) {
    JsonNode root;
    try {
      root = JSON.readTree(new String(body, StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("body: not JSON (expected: {\"by\": …, \"why\": …})");
    }
    if (!root.isObject()) {
      throw new IllegalArgumentException("body: no object (expected: {\"by\": …, \"why\": …})");
    }
    for (String key : new TreeSet<>(root.propertyNames())) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException("body: an unknown key (expected: by and why)");
      }
    }
    return new Ask(text(root, "by"), text(root, "why"));
  }

  private static String text(JsonNode root, String key) {
    JsonNode value = root.get(key);
    if (value == null || !value.isString()) {
      throw new IllegalArgumentException(key + ": missing (expected: a text)");
    }
    return value.stringValue().strip();
  }

  private static void check(String name, String text, int longest) {
    boolean plain = text.codePoints().noneMatch(Character::isISOControl);
    if (text.isEmpty() || text.length() > longest || !plain) {
      throw new IllegalArgumentException(name + ": " + text.length()
          + " characters (expected: 1 to " + longest + ", on one line)");
    }
  }
}
