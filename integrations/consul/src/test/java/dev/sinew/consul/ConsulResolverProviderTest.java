// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.NameResolverRegistry;
import org.junit.jupiter.api.Test;

final class ConsulResolverProviderTest {
  @Test
  void grpc_finds_it_by_the_scheme() {
    assertThat(NameResolverRegistry.getDefaultRegistry().getProviderForScheme("consul"))
        .isInstanceOf(ConsulResolverProvider.class);
  }
}
