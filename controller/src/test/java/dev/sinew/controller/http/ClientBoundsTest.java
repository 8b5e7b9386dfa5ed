// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ClientBoundsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private final ClientBounds bounds = new ClientBounds(10, 20, 3);
  private final InetAddress ann = address("10.0.0.1");
  private final InetAddress ben = address("10.0.0.2");

  @Test
  void a_client_has_its_burst_and_then_its_rate() {
    assertThat(served(ann, 100, 0)).isEqualTo(20);
    assertThat(served(ann, 100, SECOND)).isEqualTo(10);
    assertThat(served(ann, 100, 100 * SECOND)).isEqualTo(20);
  }

  @Test
  void one_client_takes_nothing_from_another() {
    assertThat(served(ann, 100, 0)).isEqualTo(20);
    assertThat(served(ben, 100, 0)).isEqualTo(20);
  }

  @Test
  void who_is_refused_is_told_how_long_to_stay_away() {
    served(ann, 100, 0);
    assertThat(bounds.enter(ann, 0)).isEqualTo(1);
    bounds.charge(ann, 15, 0);
    assertThat(bounds.enter(ann, 0)).isEqualTo(2);
    assertThat(bounds.enter(ann, 2 * SECOND)).isZero();
  }

  @Test
  void wrong_guesses_cost_more_but_shut_nobody_out_for_long() {
    for (int i = 0; i < 1000; i++) {
      bounds.charge(ann, 20, 0);
    }
    assertThat(bounds.enter(ann, 0)).isBetween(1, 3);
    assertThat(bounds.enter(ann, 3 * SECOND)).isZero();
  }

  @Test
  void only_so_many_requests_of_a_client_are_worked_on_at_once() {
    for (int i = 0; i < 3; i++) {
      assertThat(bounds.enter(ann, 0)).isZero();
    }
    assertThat(bounds.enter(ann, 0)).isPositive();
    bounds.leave(ann);
    assertThat(bounds.enter(ann, 0)).isZero();
  }

  @Test
  void a_clock_that_runs_back_gives_and_takes_nothing() {
    assertThat(served(ann, 20, 5 * SECOND)).isEqualTo(20);
    assertThat(bounds.enter(ann, SECOND)).isPositive();
  }

  @Test
  void an_ipv6_client_is_its_network() {
    assertThat(served(address("2001:db8::1"), 100, 0)).isEqualTo(20);
    assertThat(served(address("2001:db8::2"), 100, 0)).isZero();
    assertThat(served(address("2001:db8:0:1::1"), 100, 0)).isEqualTo(20);
  }

  @Test
  void many_addresses_cost_bounded_memory() throws Exception {
    for (int i = 0; i < 20_000; i++) {
      InetAddress some = InetAddress.getByAddress(new byte[] {10, 1, (byte) (i >> 8), (byte) i});
      assertThat(bounds.enter(some, 0)).isZero();
      bounds.leave(some);
    }
    assertThat(bounds.addresses()).isEqualTo(4096);
  }

  private int served(InetAddress client, int asked, long nowNanos) {
    int served = 0;
    for (int i = 0; i < asked; i++) {
      if (bounds.enter(client, nowNanos) == 0) {
        served++;
        bounds.leave(client);
      }
    }
    return served;
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
