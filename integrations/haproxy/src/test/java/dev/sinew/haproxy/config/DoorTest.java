// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DoorTest {
  private static final Address ADDRESS = Address.of("127.0.0.1:8080");
  private static final Door DOOR = Door.of("orders", ADDRESS, Protocol.GRPC);

  @Test
  void it_tries_again_only_what_was_not_sent_unless_told() {
    assertThat(DOOR.retryIdempotent()).isFalse();
    assertThat(DOOR.withRetryIdempotent().retryIdempotent()).isTrue();
  }

  @Test
  void an_agent_means_weights() {
    assertThat(DOOR.withAgent(ADDRESS).balance()).isEqualTo(Balance.WEIGHTED);
    assertThat(DOOR.withAgent(ADDRESS).withBalance(Balance.LEASTCONN).agent()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\nbackend x", "a;b", "a/b", "ä", ".a", "'"})
  void a_backend_that_could_be_more_than_a_name_is_refused(String name) {
    assertThatThrownBy(() -> Door.of(name, ADDRESS, Protocol.HTTP))
        .hasMessageStartingWith("door.backend: ");
  }

  @Test
  void a_server_may_not_have_a_replicas_name_nor_anothers() {
    assertThatThrownBy(() -> new FixedServer("sinew.a", ADDRESS, false))
        .hasMessageContaining("sinew.");
    FixedServer one = new FixedServer("one", ADDRESS, false);
    assertThatThrownBy(() -> DOOR.withServers(List.of(one, one)))
        .hasMessage("server.name: one (expected: once)");
    assertThatThrownBy(() -> new FixedServer("any", Address.of("*:1"), false))
        .hasMessageStartingWith("server.address: ");
  }

  @Test
  void a_certificate_and_a_slow_start_have_their_bounds() {
    assertThatThrownBy(() -> DOOR.withCertificate(Path.of("a\nb")))
        .hasMessageStartingWith("door.tls.certificate: ");
    assertThatThrownBy(() -> DOOR.withSlowStart(Duration.ofHours(2)))
        .hasMessage("door.slow-start: PT2H (expected: 0 to 10 minutes)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "health", "/a b", "/a\n", "/ä"})
  void a_path_that_is_none_is_refused(String path) {
    assertThatThrownBy(() -> Check.http(path)).hasMessageStartingWith("check.path: ");
  }
}
