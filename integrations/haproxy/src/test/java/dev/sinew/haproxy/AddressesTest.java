// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1:80",
    "10.1.2.3, 10.1.2.3:80",
    "::1, [0:0:0:0:0:0:0:1]:80",
    "[2001:db8::7], [2001:db8:0:0:0:0:0:7]:80"
  })
  void a_literal_is_written_with_its_port(String literal, String text) {
    assertThat(Addresses.text(Addresses.literal(literal).orElseThrow(), 80)).isEqualTo(text);
  }

  @Test
  void the_two_spellings_of_an_address_are_one() {
    assertThat(Addresses.literal("::1")).isEqualTo(Addresses.literal("[0:0:0:0:0:0:0:1]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "localhost",
        "example.org",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "1.2.3",
        "256.1.1.1",
        "127.0.0.1:80",
        "127.0.0.1;x",
        "fe80::1%eth0",
        "1::2::3",
        "1",
        "dead"
      })
  void anything_else_is_no_literal(String text) {
    assertThat(Addresses.literal(text)).isEmpty();
  }

  @Test
  void a_name_is_resolved_to_an_address() throws Exception {
    assertThat(Addresses.resolve("localhost").isLoopbackAddress()).isTrue();
  }
}
