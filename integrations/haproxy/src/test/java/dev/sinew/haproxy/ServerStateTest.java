// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.ProtocolException;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class ServerStateTest {
  private static final String STAT = """
      # pxname,svname,qcur,qmax,scur,status,bck,new_column,lbtot,
      be,s1,0,0,9,UP,0,x,5,
      be,sinew.a,2,0,3,DRAIN,0,x,7,
      be,sinew.b,0,0,0,MAINT,1,x,0,

      """;
  private static final String STATE = """
      1
      # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_port x srv_use_ssl
      3 be 1 s1 127.0.0.1 2 0 1 9000 - 0
      3 be 2 sinew.a 127.0.0.1 1 8 100 9001 - 0
      3 be 3 sinew.b ::1 0 1 7 9002 - 1

      """;

  @Test
  void our_servers_are_read_and_no_others() throws Exception {
    assertThat(ServerState.read(STAT + STATE))
        .hasSize(2)
        .containsEntry(
            "sinew.a",
            new ServerState("127.0.0.1", 9001, true, false, true, 100, false, false, true, 5))
        .containsEntry(
            "sinew.b", new ServerState("::1", 9002, false, true, false, 7, true, true, false, 0));
  }

  @Test
  void a_server_may_have_had_more_calls_than_an_int_holds() throws Exception {
    String many = STAT.replace("DRAIN,0,x,7,", "DRAIN,0,x,99999999999,");
    assertThat(ServerState.read(many + STATE)).isEqualTo(ServerState.read(STAT + STATE));
  }

  @Test
  void a_backend_without_servers_is_empty_and_not_an_error() throws Exception {
    assertThat(ServerState.read("# pxname,svname\n\n1\n# be_id be_name srv_name\n\n"))
        .isEmpty();
  }

  @Test
  void what_is_not_whole_is_refused() {
    List<String> answers = List.of(
        "",
        "hello",
        STAT,
        STATE,
        STAT.replace("sinew.a", "sinew.c") + STATE,
        STAT.replace("scur", "other") + STATE,
        STAT + STATE.replace("srv_admin_state", "other"),
        STAT.replace("be,sinew.a,2", "be,sinew.a,NaN") + STATE,
        STAT.replace("be,sinew.a,2", "be,sinew.a,-2") + STATE,
        STAT.replace("be,sinew.a,2", "be,sinew.a,99999999999999999999") + STATE,
        STAT.replace("be,sinew.a,2", "be,sinew.a,") + STATE,
        STAT + STATE.substring(0, STATE.indexOf("3 be 3")),
        STAT + STATE.replace(" 1\n\n", "\n\n"),
        STAT + STATE.stripTrailing());
    for (String answer : answers) {
      assertThatExceptionOfType(ProtocolException.class)
          .as(answer)
          .isThrownBy(() -> ServerState.read(answer));
    }
  }

  @Test
  void garbled_answers_are_read_or_refused_and_never_break() {
    long seed = 7;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int refused = 0;
    for (int round = 0; round < 5_000; round++) {
      StringBuilder answer = new StringBuilder(STAT + STATE);
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        int at = random.nextInt(Math.max(1, answer.length() - 1));
        switch (random.nextInt(3)) {
          case 0 -> answer.delete(at, at + 1);
          case 1 -> answer.insert(at, (char) random.nextInt(9, 127));
          default -> answer.setLength(Math.max(1, at));
        }
      }
      try {
        assertThat(ServerState.read(answer.toString()).keySet())
            .as("seed %d round %d", seed, round)
            .allMatch(ServerNames::ours);
      } catch (ProtocolException e) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", seed).isBetween(1_000, 4_999);
  }
}
