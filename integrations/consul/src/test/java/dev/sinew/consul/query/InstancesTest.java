// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstancesTest {
  private static final Endpoint HERE = named("orders-1", "10.0.0.1");
  private static final Endpoint THERE = named("orders-1", "10.0.0.2");
  private static final Endpoint OTHER = named("orders-2", "10.0.0.1");

  @Test
  void one_of_two_nodes_that_share_an_id_leaves_alone() {
    Instances both = Instances.of(List.of(HERE, THERE));
    assertThat(both.endpoints())
        .extracting(Endpoint::id)
        .containsExactly("orders-1@10.0.0.1:1", "orders-1@10.0.0.2:1");
    assertThat(both.without(Instances.of(List.of(HERE))).endpoints()).containsExactly(THERE);
  }

  @Test
  void the_order_makes_no_difference() {
    Instances one = Instances.of(List.of(HERE, THERE, OTHER));
    Instances other = Instances.of(List.of(OTHER, HERE, THERE));
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(one).isNotEqualTo(Instances.of(List.of(HERE, THERE)));
  }

  @Test
  void what_leaves_may_be_described_otherwise() {
    Endpoint heavier = new Endpoint("orders-1", "10.0.0.1", 1, "b", 7, 1, null, Map.of());
    Instances all = Instances.of(List.of(HERE, OTHER));
    assertThat(all.without(Instances.of(List.of(heavier))).endpoints()).containsExactly(OTHER);
    assertThat(all.meet(Instances.of(List.of(heavier)))).isTrue();
    assertThat(all).isNotEqualTo(Instances.of(List.of(heavier, OTHER)));
  }

  @Test
  void who_is_there_stays_as_described_and_strangers_are_added() {
    Instances all = Instances.of(List.of(HERE));
    assertThat(all.with(Instances.of(List.of(HERE, OTHER))).endpoints())
        .containsExactly(HERE, OTHER);
    assertThat(all.with(all)).isSameAs(all);
    assertThat(all.without(Instances.of(List.of(THERE)))).isSameAs(all);
    assertThat(all.in(Instances.of(List.of(THERE)))).isEqualTo(Instances.NONE);
  }

  @Test
  void an_id_that_would_be_too_long_with_its_address_is_left_out() {
    Endpoint here = named("x".repeat(250), "10.0.0.1");
    Endpoint there = named("x".repeat(250), "10.0.0.2");
    assertThat(Instances.of(List.of(here)).endpoints()).hasSize(1);
    assertThat(Instances.of(List.of(here, there, OTHER)).endpoints()).containsExactly(OTHER);
  }

  private static Endpoint named(String id, String host) {
    return Endpoint.of(host, 1).withId(id);
  }
}
