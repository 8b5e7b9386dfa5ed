// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.process.health.HealthCheck.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HealthCheckTest {
  @Test
  void equal_checks_are_equal_and_say_what_they_are() {
    assertThat(HealthCheck.http("/health?deep=1")).isEqualTo(HealthCheck.http("/health?deep=1"));
    assertThat(List.of(HealthCheck.grpc(), HealthCheck.http("/up"), HealthCheck.tcp()))
        .doesNotHaveDuplicates()
        .extracting(HealthCheck::toString)
        .containsExactly("grpc", "http /up", "tcp");
  }

  @Test
  void a_path_that_could_be_more_than_a_path_is_refused() {
    for (String path : List.of(
        "", "health", "http://a/", "/a b", "/a\r\nX: y", "/ä", "/#a", "/" + "a".repeat(1024))) {
      assertThatThrownBy(() -> HealthCheck.http(path))
          .as(path)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("health.path: ");
    }
    assertThat(HealthCheck.http("/" + "a".repeat(1023)).path()).hasSize(1024);
  }

  @Test
  void only_http_has_a_path() {
    assertThatThrownBy(() -> new HealthCheck(Kind.TCP, "/health"))
        .hasMessage("health.path: /health (expected: none without HTTP)");
  }
}
