// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sinew.haproxy.ServerOptions.Agent;
import dev.sinew.haproxy.ServerOptions.Check;
import dev.sinew.haproxy.ServerOptions.Tls;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptionsTest {
  @Test
  void cleartext_needs_few_words() {
    assertThat(ServerOptions.http1().words("sinew.a")).isEmpty();
    assertThat(ServerOptions.grpc().words("sinew.a")).isEqualTo(" proto h2");
  }

  @Test
  void tls_is_verified_and_also_checked() {
    ServerOptions options = ServerOptions.grpc()
        .with(new Tls("/etc/ca.pem", "orders.internal"))
        .with(new Check(Duration.ofSeconds(1), 3, 2));
    assertThat(options.words("sinew.a"))
        .isEqualTo(" ssl verify required ca-file /etc/ca.pem sni str(orders.internal) alpn h2"
            + " check inter 1000ms fall 3 rise 2 fastinter 500ms observe layer4 error-limit 3"
            + " on-error fastinter check-ssl check-sni orders.internal check-alpn h2");
  }

  @Test
  void the_agent_is_told_whom_it_is_asked_about() {
    ServerOptions options =
        ServerOptions.http1().with(new Agent("127.0.0.1", 9777, Duration.ofMillis(200)));
    assertThat(options.words("sinew.a"))
        .isEqualTo(" agent-check agent-addr 127.0.0.1 agent-port 9777 agent-inter 200ms"
            + " agent-send sinew.a!");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a;del server be/x", "a\nb", "a\"b", "ä", "a)b", "$x", "a\\"})
  void words_that_could_be_two_are_refused(String hostile) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Tls("/ca.pem", hostile));
    assertThatIllegalArgumentException().isThrownBy(() -> new Tls(hostile, "x"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Agent(hostile, 1, Duration.ofSeconds(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> ServerNames.of(hostile));
    assertThatIllegalArgumentException().isThrownBy(() -> ServerNames.plain("backend", hostile));
  }

  @Test
  void a_name_of_190_characters_is_the_longest() {
    assertThat(ServerNames.of("x".repeat(190))).hasSize(196);
    assertThatIllegalArgumentException().isThrownBy(() -> ServerNames.of("x".repeat(191)));
  }

  @Test
  void absurd_numbers_are_refused() {
    for (Duration interval : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(1))) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Check(interval, 1, 1));
    }
    Duration second = Duration.ofSeconds(1);
    assertThatIllegalArgumentException().isThrownBy(() -> new Check(second, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Check(second, 1, 101));
    assertThatIllegalArgumentException().isThrownBy(() -> new Agent("127.0.0.1", 0, second));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerOptions.grpc().withSlowStart(Duration.ofMinutes(11)));
  }
}
