// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LiveJsonTest {
  private final LiveHistory history = new LiveHistory(FakeRun.info("run"));

  @Test
  void unknown_is_null_and_zero_is_zero() {
    double unknown = Double.NaN;
    history.add(new LivePoint(1, unknown, 0, -5, unknown, Double.POSITIVE_INFINITY, 0, 0, 0, 0));
    history.replicas(List.of(new ReplicaRow("a", "ready", unknown, unknown, 0, -1, unknown, "")));
    JsonNode json = hello();
    assertThat(json.at("/points/offered/0").isNull()).isTrue();
    assertThat(json.at("/points/ok/0").intValue()).isZero();
    assertThat(json.at("/points/failed/0").isNull()).isTrue();
    assertThat(json.at("/points/p99/0").isNull()).isTrue();
    assertThat(json.at("/rows/0").toString())
        .isEqualTo("[\"a\",\"ready\",null,null,0,null,null,\"\"]");
  }

  @Test
  void a_row_with_any_name_stays_one_short_row() {
    for (String name :
        List.of("<script>alert(1)</script>", "x".repeat(10_000), "\u202eevil", "a\n\nb")) {
      history.replicas(List.of(FakeRun.row(name)));
      String json = LiveJson.hello(history.run(), history.snapshot());
      assertThat(json).doesNotContain("\n").doesNotContain("\u202e").hasSizeLessThan(1500);
      assertThat(hello().at("/rows").size()).isOne();
    }
  }

  @Test
  void clean_text_shows_what_could_deceive() {
    assertThat(LiveJson.clean("orders-1", 120)).isEqualTo("orders-1");
    assertThat(LiveJson.clean("a\u202eb\u0000c\nd", 120)).isEqualTo("a\\u202eb\\u0000c d");
    assertThat(LiveJson.clean("half \ud83d", 120)).isEqualTo("half \\ud83d");
    assertThat(LiveJson.clean("شجرة 木 🌳", 120)).isEqualTo("شجرة 木 🌳");
  }

  @Test
  void two_long_names_stay_two() {
    String start = "x".repeat(5000);
    assertThat(LiveJson.clean(start + "a", 120)).isNotEqualTo(LiveJson.clean(start + "b", 120));
    assertThat(LiveJson.clean(start, 120)).hasSizeLessThan(140);
  }

  private JsonNode hello() {
    return JsonMapper.shared().readTree(LiveJson.hello(history.run(), history.snapshot()));
  }
}
