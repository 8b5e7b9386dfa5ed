// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1:8080", "*:1", "orders.internal:65535", "[::1]:80", "[fe80::1.2.3.4]:80"
      })
  void what_it_reads_it_writes(String text) {
    assertThat(Address.of(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ":80", "host", "host:", "host:0", "host:65536", "host:080808", "host:-1", "host:8o",
        "::1:80", "[]:80", "a b:80", "a\nb:80", "a#b:80", "a$b:80", "-a:80", "fd@3:80",
            "host:80 ssl",
        "/tmp/socket:80", "[::1", "*.*:80"
      })
  void everything_else_is_refused(String text) {
    assertThatThrownBy(() -> Address.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected:");
  }
}
