// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HaproxyConfigTest {
  private static final Edge EDGE = Edge.at("unix:/run/sinew/haproxy.sock");
  private static final Door GRPC = Door.of("orders", Address.of("127.0.0.1:8080"), Protocol.GRPC);

  @Test
  void a_grpc_door_is_http2_on_both_sides_and_asks_for_real_health() {
    String text = HaproxyConfig.text(EDGE, List.of(GRPC));
    assertThat(text.lines())
        .contains(
            "  stats socket '/run/sinew/haproxy.sock' mode 600 level admin expose-fd listeners",
            "  bind 127.0.0.1:8080 proto h2",
            "  default_backend orders",
            "  balance roundrobin",
            "  option redispatch 1",
            "  retry-on conn-failure",
            "  option allbackups",
            "  option idle-close-on-response",
            "  server room 127.0.0.1:1 backup weight 1",
            "  tcp-check send-binary " + GrpcCheck.request(""),
            "  tcp-check expect binary 00000000020801");
    assertThat(text).doesNotContain("metrics").doesNotContain("httpchk");
  }

  @Test
  void only_idempotent_calls_are_tried_again_after_an_empty_answer() {
    assertThat(HaproxyConfig.text(EDGE, List.of(GRPC.withRetryIdempotent())).lines())
        .contains("  retry-on conn-failure empty-response");
  }

  @Test
  void three_fixed_servers_are_the_missions_example() {
    Door web = Door.of("web", Address.of("*:8080"), Protocol.HTTP)
        .withServers(List.of(
            new FixedServer("one", Address.of("127.0.0.1:8081"), false),
            new FixedServer("two", Address.of("127.0.0.1:8082"), false),
            new FixedServer("three", Address.of("127.0.0.1:8083"), true)));
    String text = HaproxyConfig.text(EDGE, List.of(web));
    assertThat(text).doesNotContain("room");
    assertThat(text.lines())
        .contains(
            "  server one 127.0.0.1:8081 check inter 500ms fall 2 rise 1",
            "  server two 127.0.0.1:8082 check inter 500ms fall 2 rise 1",
            "  server three 127.0.0.1:8083 check inter 500ms fall 2 rise 1 backup");
  }

  @Test
  void doors_may_not_share_a_name_or_an_address() {
    Door same = Door.of("other", GRPC.listen(), Protocol.HTTP);
    assertThatThrownBy(() -> HaproxyConfig.text(EDGE, List.of(GRPC, same)))
        .hasMessage(
            "door.listen: 127.0.0.1:8080 (expected: an address that the door of orders has not)");
    Door frontend = Door.of("orders.door", Address.of("127.0.0.1:1"), Protocol.HTTP);
    assertThatThrownBy(() -> HaproxyConfig.text(EDGE, List.of(GRPC, frontend)))
        .hasMessageStartingWith("door.backend: orders.door");
    assertThatThrownBy(() -> HaproxyConfig.text(EDGE.withMetrics(GRPC.listen()), List.of(GRPC)))
        .hasMessageContaining("the metrics");
    assertThatThrownBy(() -> HaproxyConfig.text(EDGE, List.of()))
        .hasMessage("doors: 0 (expected: 1 to 1000)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "haproxy.sock",
        "unix:",
        "unix:/a\nb",
        "tcp://10.0.0.1:9901",
        "tcp://*:9901",
        "tcp://127.0.0.1"
      })
  void a_socket_that_is_none_or_open_to_others_is_refused(String socket) {
    assertThatThrownBy(() -> Edge.at(socket)).hasMessageContaining("haproxy.socket");
  }

  @Test
  void a_socket_whose_temporary_name_would_not_fit_is_refused() {
    assertThat(Edge.at("unix:/" + "a".repeat(89))).isNotNull();
    assertThatThrownBy(() -> Edge.at("unix:/" + "a".repeat(90))).hasMessageContaining("90 bytes");
  }
}
