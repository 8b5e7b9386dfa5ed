// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.consul.http.MalformedAnswerException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaderMessagesTest {
  private final LeaderMessages messages = new LeaderMessages("sinew", "a-1", Duration.ofSeconds(4));

  @Test
  void a_session_ends_with_the_check_or_the_node_and_delays_the_lock_by_a_second() {
    assertThat(new String(messages.session(), UTF_8))
        .isEqualTo("{\"Name\":\"sinew-a-1\",\"LockDelay\":\"1s\",\"Behavior\":\"release\","
            + "\"NodeChecks\":[\"serfHealth\"],\"ServiceChecks\":[{\"ID\":\"sinew-a-1-ttl\"}]}");
  }

  @Test
  void a_lock_is_read() throws Exception {
    assertThat(messages.lock("[{\"Session\":\"s\",\"ModifyIndex\":9}]".getBytes(UTF_8)))
        .isEqualTo(new LeaderMessages.Lock("s", 9));
    assertThat(messages.lock("[{\"ModifyIndex\":9}]".getBytes(UTF_8)).session()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "[{}]", "{}", "[{\"ModifyIndex\":0}]", "<html>", "null"})
  void what_is_no_lock_is_none(String body) {
    assertThatThrownBy(() -> messages.lock(body.getBytes(UTF_8)))
        .isInstanceOf(MalformedAnswerException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"ID\":\"\"}", "{\"ID\":\"a/b\"}", "{\"ID\":7.5}"})
  void what_is_no_session_is_none(String body) {
    assertThatThrownBy(() -> messages.sessionId(body.getBytes(UTF_8)))
        .isInstanceOf(MalformedAnswerException.class);
  }
}
