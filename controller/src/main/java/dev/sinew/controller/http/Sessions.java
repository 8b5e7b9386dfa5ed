// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.http;

import com.sun.net.httpserver.Headers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Browsers that showed the token: each holds a random key in a cookie, never the token itself. At most
 * 64, for twelve hours each; a restart ends all.
 */
final class Sessions {
  static final Duration LASTING = Duration.ofHours(12);
  private static final int MOST = 64;
  private static final int KEY_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Long> endNanos = new LinkedHashMap<>();

  /** Opens a session and returns the field that sets its cookie. */
  synchronized String open(int port, long nowNanos) {
    byte[] bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    String key = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    if (endNanos.size() >= MOST) {
      endNanos.remove(endNanos.keySet().iterator().next());
    }
    endNanos.put(key, nowNanos + LASTING.toNanos());
    return name(port) + "=" + key + "; Path=/; Max-Age=" + LASTING.toSeconds()
        + "; HttpOnly; SameSite=Strict";
  }

  /** Whether a request carries the key of a session. */
  synchronized boolean admits(Headers headers, int port, long nowNanos) {
    String prefix = name(port) + "=";
    for (String field : headers.getOrDefault("Cookie", List.of())) {
      for (String cookie : field.split(";", -1)) {
        String text = cookie.strip();
        Long end = text.startsWith(prefix) ? endNanos.get(text.substring(prefix.length())) : null;
        if (end != null && nowNanos - end < 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** Cookies do not know ports, so two programs on one host need two names. */
  private static String name(int port) {
    return "sinew-" + port;
  }
}
