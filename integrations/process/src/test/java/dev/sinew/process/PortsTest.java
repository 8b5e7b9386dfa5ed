// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PortsTest {
  @Test
  void every_port_is_given_once_below_the_ephemeral_range_and_then_there_are_none()
      throws Exception {
    Ports ports = new Ports(port -> true);
    Random random = new Random(1);
    Set<Integer> given = new HashSet<>();
    for (int i = 0; i < Ports.COUNT; i++) {
      given.add(ports.take(random));
    }
    assertThat(given).hasSize(Ports.COUNT).allMatch(port -> port >= 20_000 && port < 32_000);
    assertThatThrownBy(() -> ports.take(random))
        .isInstanceOf(IOException.class)
        .hasMessage("no free port from 20000 to 31999");
  }

  @Test
  void a_port_that_someone_else_holds_is_passed_over_and_the_search_wraps_around()
      throws Exception {
    Ports ports = new Ports(port -> port == 20_003);
    assertThat(ports.take(new Random(2))).isEqualTo(20_003);
  }

  @Test
  void a_port_can_be_given_again_when_it_was_taken_back() throws Exception {
    Ports ports = new Ports(port -> port == 31_999);
    int port = ports.take(new Random(3));
    ports.release(port);
    assertThat(ports.take(new Random(3))).isEqualTo(port);
  }

  @Test
  void taking_back_no_port_does_nothing() throws Exception {
    Ports ports = new Ports(port -> true);
    ports.release(0);
    assertThat(ports.take(new Random(4))).isBetween(20_000, 31_999);
  }

  @Test
  void the_start_is_random_so_that_two_controllers_seldom_meet() throws Exception {
    Set<Integer> first = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      first.add(new Ports(port -> true).take(new Random(seed)));
    }
    assertThat(first).hasSizeGreaterThan(10);
  }
}
