// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StatAnswerTest {
  @ParameterizedTest
  @ValueSource(strings = {Answers.HEADER_2_6, "3.0"})
  void columns_are_found_by_name_whatever_the_version_adds(String header) {
    String columns = header.equals("3.0") ? Answers.HEADER_3_0 : header;
    StatAnswer answer = Answers.of(columns)
        .row("sinew.a", "stot", 7, "req_tot", 5, "scur", 2)
        .row("BACKEND", "stot", 9, "hrsp_5xx", 1)
        .read();
    assertThat(answer.process()).isEqualTo(4711);
    assertThat(answer.rows()).containsOnlyKeys("sinew.a", "BACKEND");
    assertThat(requireNonNull(answer.rows().get("sinew.a")).figure("req_tot")).isEqualTo(5);
    assertThat(requireNonNull(answer.rows().get("BACKEND")).figure("hrsp_5xx")).isEqualTo(1);
    assertThat(answer.doubts()).isEmpty();
  }

  @Test
  void the_order_of_columns_does_not_matter() throws UnreadableException {
    StatAnswer answer = StatAnswer.read(
        "# scur,svname,news,pxname,\n3,BACKEND,\"a,b\",orders,\n\nPid: 1\n", "orders");
    assertThat(requireNonNull(answer.rows().get("BACKEND")).figure("scur")).isEqualTo(3);
    assertThat(requireNonNull(answer.rows().get("BACKEND")).figure("stot"))
        .isEqualTo(StatRow.UNKNOWN);
    assertThat(answer.doubts()).containsOnlyKeys("column");
  }

  @ParameterizedTest
  @CsvSource({
    "-1,negative",
    "1e9,no-number",
    "NaN,no-number",
    "0x10,no-number",
    "' 5',no-number",
    "9999999999999999,absurd",
    "+5,no-number",
    "٣,no-number"
  })
  void a_number_that_is_none_is_unknown_and_counted(String value, String reason) {
    StatAnswer answer =
        Answers.of(Answers.HEADER_2_6).row("BACKEND", "stot", value).read();
    assertThat(requireNonNull(answer.rows().get("BACKEND")).figure("stot"))
        .isEqualTo(StatRow.UNKNOWN);
    assertThat(requireNonNull(answer.rows().get("BACKEND")).figure("scur")).isZero();
    assertThat(answer.doubts()).containsExactly(entry(reason, 1L));
  }

  @Test
  void an_empty_field_is_unknown_and_no_doubt() {
    StatAnswer answer =
        Answers.of(Answers.HEADER_2_6).row("BACKEND", "req_tot", "").read();
    assertThat(requireNonNull(answer.rows().get("BACKEND")).figure("req_tot"))
        .isEqualTo(StatRow.UNKNOWN);
    assertThat(answer.doubts()).isEmpty();
  }

  @Test
  void a_server_that_appears_twice_is_unknown() {
    StatAnswer answer = Answers.of(Answers.HEADER_2_6)
        .row("sinew.a")
        .row("sinew.a")
        .row("sinew.b")
        .read();
    assertThat(answer.rows()).containsOnlyKeys("sinew.b");
    assertThat(answer.doubts()).containsOnlyKeys("twice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "a;del server orders/b", "\u001b[2J", "<script>", "é", "\"a,b\"", "../a"
      })
  void a_hostile_name_is_left_out_and_counted(String name) {
    StatAnswer answer = Answers.of(Answers.HEADER_2_6).row(name).row("sinew.b").read();
    assertThat(answer.rows()).containsOnlyKeys("sinew.b");
    assertThat(answer.doubts()).containsOnlyKeys("name");
  }

  @Test
  void a_row_of_another_backend_does_not_count() {
    StatAnswer answer = Answers.of(Answers.HEADER_2_6)
        .row("sinew.b", "pxname", "users")
        .row("sinew.a")
        .read();
    assertThat(answer.rows()).containsOnlyKeys("sinew.a");
    assertThat(answer.doubts()).containsOnlyKeys("other-backend");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "# pxname,svname,stot,stot,\\norders,BACKEND,1,2,\\n\\nPid: 1\\n|header",
        "# a,b,\\norders,BACKEND,\\n\\nPid: 1\\n|header",
        "# pxname,stot,\\norders,1,\\n\\nPid: 1\\n|header",
        "pxname,svname,\\norders,BACKEND,\\n\\nPid: 1\\n|no-header",
        "\\n\\nPid: 1\\n|no-header",
        "# pxname,svname,stot,\\norders,BACKEND,\\n\\nPid: 1\\n|garbled",
        "# pxname,svname,stot,\\norders,BACKEND,1,2,3,\\n\\nPid: 1\\n|garbled",
        "# pxname,svname,stot,\\norders,\"BACK,1,\\n\\nPid: 1\\n|garbled",
        "No such proxy.\\n\\nPid: 1\\n|no-backend",
        "# pxname,svname,stot,\\norders,BACKEND,1,\\n|cut-off",
        "# pxname,svname,stot,\\norders,BACKEND,1,\\n\\nPid: \\n|cut-off",
        "# pxname,svname,stot,\\norders,BACKEND,1,\\n\\nPid: 1\\nPid: 2\\n|cut-off",
        "Unknown command: 'show'|cut-off",
        "''|cut-off"
      })
  void an_answer_that_is_wrong_as_a_whole_is_not_believed(String text, String reason) {
    UnreadableException e = catchThrowableOfType(
        UnreadableException.class, () -> StatAnswer.read(text.replace("\\n", "\n"), "orders"));
    assertThat(e).isNotNull();
    assertThat(e.reason()).isEqualTo(reason);
  }

  @Test
  void an_answer_cut_anywhere_is_not_believed() throws UnreadableException {
    String text = Answers.calls(10, 20).text();
    int end = text.indexOf("4711\n") + 5;
    for (int length = 0; length < end - 5; length++) {
      String cut = text.substring(0, length);
      UnreadableException e =
          catchThrowableOfType(UnreadableException.class, () -> StatAnswer.read(cut, "orders"));
      assertThat(e).as("cut at %d", length).isNotNull();
    }
    assertThat(StatAnswer.read(text.substring(0, end), "orders").rows()).hasSize(2);
  }

  @Test
  void whatever_is_changed_in_an_answer_it_is_read_or_refused() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> splinters =
        List.of(",", "\n", "\"", "# ", "-", "9".repeat(30), "Pid: 7", "\u0000", "NaN");
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder(Answers.calls(10, 20).text());
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(text.length());
        int to = Math.min(text.length(), at + random.nextInt(8));
        text.replace(at, to, splinters.get(random.nextInt(splinters.size())));
      }
      try {
        StatAnswer answer = StatAnswer.read(text.toString(), "orders");
        assertThat(answer.rows().values())
            .as("seed %d round %d", seed, round)
            .flatExtracting(row -> row.figures().values())
            .allMatch(figure -> figure >= 0 && figure < 1_000_000_000_000_000L);
      } catch (UnreadableException e) {
        assertThat(e.reason()).isNotEmpty();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + " round " + round + ": " + text, e);
      }
    }
  }
}
