// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.process.health.HealthProbe.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SocketQuestionTest {
  @Test
  void the_status_line_says_whether_it_serves() {
    for (int status : List.of(200, 204, 299, 301, 399)) {
      assertThat(SocketQuestion.status("HTTP/1.1 " + status + " Whatever\r\nA: b"))
          .isEqualTo(new Answer(true, "HTTP " + status));
    }
    for (int status : List.of(100, 199, 400, 404, 500, 503, 599)) {
      assertThat(SocketQuestion.status("HTTP/1.0 " + status + "\n"))
          .isEqualTo(new Answer(false, "HTTP " + status));
    }
  }

  @Test
  void half_a_line_says_nothing_yet() {
    assertThat(SocketQuestion.status("")).isNull();
    assertThat(SocketQuestion.status("HTTP/1.1 200 OK")).isNull();
  }

  @Test
  void what_is_no_status_line_is_no_health_and_is_not_repeated() {
    for (String head : List.of(
        "\n",
        "HTTP/2 200\n",
        "HTTP/1.1 2000 OK\n",
        "HTTP/1.1 -20 OK\n",
        "SSH-2.0-evil state=READY\r\n",
        "HTTP/1.1\t200 OK\n",
        "x".repeat(SocketQuestion.HEAD_BYTES))) {
      assertThat(SocketQuestion.status(head)).isEqualTo(new Answer(false, "no HTTP/1.1"));
    }
  }
}
