// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.consul.http.MalformedAnswerException;
import java.time.Duration;
import java.util.Base64;
import java.util.SplittableRandom;
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
        .isEqualTo(new LeaderMessages.Lock("s", 9, 0));
    assertThat(messages.lock("[{\"ModifyIndex\":9}]".getBytes(UTF_8)).session()).isEmpty();
  }

  @Test
  void a_claim_says_how_much_is_added_to_the_index() throws Exception {
    assertThat(lock(LeaderMessages.claim("host-a", 1_000)).epoch()).isEqualTo(1_009);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "host-a", "host-a ", "host-a -1", "a 1000000000000000", "a 1 2", "\u0000"})
  void what_is_no_claim_adds_nothing(String value) throws Exception {
    assertThat(lock(value.getBytes(UTF_8)).epoch()).isEqualTo(9);
    assertThat(messages
            .lock("[{\"Value\":\"***\",\"ModifyIndex\":9}]".getBytes(UTF_8))
            .floor())
        .isZero();
  }

  @Test
  void the_next_epoch_is_above_all_that_were_also_when_the_registry_counts_from_the_start() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 10_000; i++) {
      LeaderMessages.Lock lock =
          new LeaderMessages.Lock("", random.nextLong(1_000), random.nextLong(1_000));
      long greatest = random.nextLong(3_000);
      long index = lock.modifyIndex() + 1 + random.nextLong(5);
      LeaderMessages.Lock next = new LeaderMessages.Lock("s", index, lock.nextFloor(greatest));
      assertThat(next.epoch()).as(lock + " " + greatest).isGreaterThan(lock.epoch());
      assertThat(next.epoch()).as(lock + " " + greatest).isGreaterThan(greatest);
    }
    assertThat(LeaderMessages.Lock.FREE.nextFloor(0)).isZero();
  }

  private LeaderMessages.Lock lock(byte[] value) throws Exception {
    String encoded = Base64.getEncoder().encodeToString(value);
    String body = "[{\"Session\":\"s\",\"ModifyIndex\":9,\"Value\":\"" + encoded + "\"}]";
    return messages.lock(body.getBytes(UTF_8));
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
