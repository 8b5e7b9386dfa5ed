// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SessionsTest {
  private static final int PORT = 8600;
  private final Sessions sessions = new Sessions();

  @Test
  void a_session_is_a_cookie_that_no_script_and_no_other_site_can_use() {
    assertThat(sessions.open(PORT, 0))
        .startsWith("sinew-8600=")
        .contains("; HttpOnly")
        .contains("; SameSite=Strict")
        .contains("; Path=/")
        .contains("Max-Age=43200");
  }

  @Test
  void it_is_known_among_other_cookies_until_its_time_is_over() {
    String key = key(sessions.open(PORT, 0));
    Headers headers = cookie("a=b; " + key + "; c=d");
    assertThat(sessions.admits(headers, PORT, 1)).isTrue();
    assertThat(sessions.admits(headers, PORT + 1, 1)).isFalse();
    assertThat(sessions.admits(headers, PORT, Sessions.LASTING.toNanos() - 1)).isTrue();
    assertThat(sessions.admits(headers, PORT, Sessions.LASTING.toNanos())).isFalse();
  }

  @Test
  void nothing_else_is() {
    sessions.open(PORT, 0);
    assertThat(sessions.admits(new Headers(), PORT, 1)).isFalse();
    assertThat(sessions.admits(cookie("sinew-8600="), PORT, 1)).isFalse();
    assertThat(sessions.admits(cookie("sinew-8600=guess"), PORT, 1)).isFalse();
    assertThat(sessions.admits(cookie(";;=;"), PORT, 1)).isFalse();
  }

  @Test
  void the_sixty_fifth_ends_the_oldest() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 65; i++) {
      keys.add(key(sessions.open(PORT, 0)));
    }
    assertThat(keys).doesNotHaveDuplicates();
    assertThat(sessions.admits(cookie(keys.get(0)), PORT, 1)).isFalse();
    assertThat(sessions.admits(cookie(keys.get(1)), PORT, 1)).isTrue();
  }

  private static String key(String cookie) {
    return cookie.substring(0, cookie.indexOf(';'));
  }

  private static Headers cookie(String value) {
    Headers headers = new Headers();
    headers.add("Cookie", value);
    return headers;
  }
}
