// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.socket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HaproxyVersionTest {
  @Test
  void a_debian_version_is_read() {
    HaproxyVersion version = HaproxyVersion.read("2.6.12-1+deb12u3\n\n").orElseThrow();
    assertThat(version.major()).isEqualTo(2);
    assertThat(version.minor()).isEqualTo(6);
    assertThat(version).hasToString("2.6.12-1+deb12u3");
    assertThat(version.atLeast(2, 6)).isTrue();
    assertThat(version.atLeast(2, 7)).isFalse();
    assertThat(version.atLeast(3, 0)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.0", "3.5-dev5", "3.0.11-1+deb13u3", "3.0~rc1"})
  void other_forms_are_read(String text) {
    assertThat(HaproxyVersion.read(text).orElseThrow().atLeast(3, 0)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "HTTP/1.1 400 Bad Request", "0.9", "99999.1", "2", "Unknown command"})
  void nonsense_is_no_version(String text) {
    assertThat(HaproxyVersion.read(text)).isEmpty();
  }
}
