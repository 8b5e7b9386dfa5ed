// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessTest {
  private static final InetSocketAddress ANYWHERE = new InetSocketAddress("0.0.0.0", 8600);
  private static final InetAddress REACHED = address(192, 168, 1, 7);

  @Test
  void beyond_this_machine_a_token_is_needed() {
    assertThatThrownBy(() -> Access.of(ANYWHERE, null, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("token: none (expected: a token");
    assertThatThrownBy(() -> Access.of(ANYWHERE, " ", List.of()))
        .hasMessage("token: (hidden) (expected: at least one character)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1",
        "127.9.8.7:80",
        "[::1]",
        "[::1]:8600",
        "sinew.example",
        "SINEW.example:8600"
      })
  void names_of_loopback_and_configured_ones_are_ours(String host) {
    assertThat(Access.of(loopback(), null, List.of("sinew.example")).meantForUs(of(host), REACHED))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.1.7", "",
        "localhost:", "localhost:99999999", "127.0.0.1@evil", "sinew.example.evil", "2130706433"
      })
  void all_others_are_foreign(String host) {
    assertThat(Access.of(loopback(), null, List.of("sinew.example")).meantForUs(of(host), REACHED))
        .isFalse();
  }

  @Test
  void with_a_token_the_address_that_was_reached_is_ours() {
    Access access = Access.of(ANYWHERE, "s3cret", List.of());
    assertThat(access.meantForUs(of("192.168.1.7:8600"), REACHED)).isTrue();
    assertThat(access.meantForUs(of("192.168.1.8:8600"), REACHED)).isFalse();
  }

  @Test
  void a_request_names_exactly_one_host() {
    Headers two = of("localhost");
    two.add("Host", "localhost");
    Access access = Access.loopback();
    assertThat(access.meantForUs(two, REACHED)).isFalse();
    assertThat(access.meantForUs(new Headers(), REACHED)).isFalse();
  }

  @Test
  void the_token_comes_in_either_field() {
    Access access = Access.of(ANYWHERE, "s3cret", List.of());
    assertThat(access.admits(field("X-Consul-Token", "s3cret"))).isTrue();
    assertThat(access.admits(field("Authorization", "bearer s3cret"))).isTrue();
    assertThat(access.admits(field("Authorization", "s3cret"))).isFalse();
    assertThat(access.admits(field("Authorization", "Bearer s3cre"))).isFalse();
    assertThat(access.admits(new Headers())).isFalse();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static Headers of(String host) {
    return field("Host", host);
  }

  private static Headers field(String name, String value) {
    Headers headers = new Headers();
    headers.add(name, value);
    return headers;
  }

  private static InetAddress address(int... parts) {
    byte[] bytes = new byte[parts.length];
    for (int i = 0; i < parts.length; i++) {
      bytes[i] = (byte) parts[i];
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
