// SPDX-License-Identifier: Apache-2.0
package dev.sinew.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FixedEndpointSourceTest {
  @Test
  void delivers_its_list_once() {
    List<Endpoint> endpoints = new ArrayList<>(List.of(Endpoint.of("a", 1)));
    EndpointSource source = EndpointSource.fixed(endpoints);
    endpoints.clear();
    List<List<Endpoint>> delivered = new ArrayList<>();
    source.start(delivered::add);
    source.close();
    assertThat(delivered).containsExactly(List.of(Endpoint.of("a", 1)));
  }
}
