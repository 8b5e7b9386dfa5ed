// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.EndpointSinkProvider;
import dev.sinew.endpoint.EndpointSourceProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ConsulProvidersTest {
  @Test
  void the_service_loader_finds_the_source_of_the_scheme() {
    EndpointSourceProvider provider =
        ServiceLoader.load(EndpointSourceProvider.class).findFirst().orElseThrow();
    assertThat(provider.scheme()).isEqualTo("consul");
    assertThat(provider.open("consul://127.0.0.1:1/orders"))
        .hasToString("consul://127.0.0.1:1/orders");
  }

  @Test
  void the_service_loader_finds_the_sink_of_the_scheme() {
    EndpointSinkProvider provider =
        ServiceLoader.load(EndpointSinkProvider.class).findFirst().orElseThrow();
    assertThat(provider.scheme()).isEqualTo("consul");
    assertThat(provider.open("consul://127.0.0.1:1/orders"))
        .hasToString("consul://127.0.0.1:1/orders");
  }
}
