// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request's method, decoded path and query, and body. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Request(String method, String path, Map<String, List<String>> query, byte[] body) {
  private static final Duration DEFAULT_WAIT = Duration.ofMinutes(5);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
  private static final int MOST_PARAMETERS = 32;

  static Request of(String method, URI uri, byte[] body) {
    String raw = uri.getRawQuery();
    Map<String, List<String>> query = new HashMap<>();
    String[] pairs = raw == null || raw.isEmpty() ? new String[0] : raw.split("&", -1);
    if (pairs.length > MOST_PARAMETERS) {
      throw RefusedException.badRequest("too many query parameters (limit: 32)");
    }
    for (String pair : pairs) {
      String[] parts = pair.split("=", 2);
      String value = parts.length == 1 ? "" : decoded(parts[1]);
      query.computeIfAbsent(decoded(parts[0]), name -> new ArrayList<>()).add(value);
    }
    String path = uri.getPath();
    return new Request(method, path == null ? "" : path, query, body);
  }

  /** What follows a prefix of the path, or null. */
  @Nullable String after(String prefix) {
    return path.startsWith(prefix) ? path.substring(prefix.length()) : null;
  }

  /** The first value of a parameter, or empty. */
  String parameter(String name) {
    return query.getOrDefault(name, List.of("")).get(0);
  }

  /** Whether a parameter is there without a value or with a true one. */
  boolean flag(String name) {
    return switch (query.containsKey(name) ? parameter(name) : "false") {
      case "", "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw RefusedException.badRequest("Invalid value for ?" + name);
    };
  }

  /** The index to wait beyond; 0 not to wait. */
  long index() {
    String text = parameter("index");
    try {
      return text.isEmpty() ? 0 : Long.parseUnsignedLong(text) & Long.MAX_VALUE;
    } catch (NumberFormatException e) {
      throw RefusedException.badRequest("Invalid index");
    }
  }

  /** How long to wait, above 0 and at most ten minutes. */
  Duration waitTime() {
    String text = parameter("wait");
    try {
      Duration wait = text.isEmpty() ? DEFAULT_WAIT : GoDuration.parse(text);
      boolean usable = !wait.isZero() && !wait.isNegative();
      Duration chosen = usable ? wait : DEFAULT_WAIT;
      return chosen.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : chosen;
    } catch (IllegalArgumentException e) {
      throw RefusedException.badRequest("Invalid wait time");
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw RefusedException.badRequest("invalid URL escape");
    }
  }
}
