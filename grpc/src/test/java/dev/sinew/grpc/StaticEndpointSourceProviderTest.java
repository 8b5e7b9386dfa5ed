// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sinew.endpoint.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticEndpointSourceProviderTest {
  @Test
  void names_and_addresses_of_both_kinds_are_read() {
    assertThat(StaticEndpointSourceProvider.parse(
            "static:///orders-1.example:80,10.0.0.2:8080,[::1]:9,%5Bfe80::2%5d:65535"))
        .containsExactly(
            Endpoint.of("orders-1.example", 80),
            Endpoint.of("10.0.0.2", 8080),
            Endpoint.of("::1", 9),
            Endpoint.of("fe80::2", 65535));
  }

  @Test
  void an_address_that_is_there_twice_counts_once() {
    assertThat(StaticEndpointSourceProvider.parse("static:///a:1,b:1,a:1"))
        .extracting(Endpoint::host)
        .containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        ":1",
        "a:",
        "a:b",
        "::1:80",
        "[::1]",
        "[::1]:",
        "[x]:1",
        "a:1,",
        ",a:1",
        "a:1 ",
        "a:123456",
        "a/b:1",
        "a:1:2"
      })
  void a_bad_address_is_one_clear_error(String list) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StaticEndpointSourceProvider.parse("static:///" + list))
        .withMessageStartingWith("target: static:///" + list)
        .withMessageContaining("(expected: host:port or [ipv6]:port instead of \"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:0", "a:65536"})
  void a_port_out_of_range_is_an_error(String list) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StaticEndpointSourceProvider.parse("static:///" + list))
        .withMessageContaining("(expected: 1 to 65535)");
  }

  @Test
  void another_form_of_target_is_an_error() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StaticEndpointSourceProvider.parse("static:a:1"))
        .withMessage("target: static:a:1 (expected: static:///host:port,host:port)");
  }
}
