// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.balance.Balancer;
import dev.sinew.grpc.balance.SinewLoadBalancer;
import io.grpc.LoadBalancerRegistry;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SinewLoadBalancerProviderTest {
  private final SinewLoadBalancerProvider provider = new SinewLoadBalancerProvider();

  @Test
  void the_registry_of_grpc_finds_it() {
    assertThat(LoadBalancerRegistry.getDefaultRegistry().getProvider("sinew"))
        .isInstanceOf(SinewLoadBalancerProvider.class);
  }

  @Test
  void every_policy_can_be_configured() {
    for (String policy : Balancer.names()) {
      assertThat(parse(Map.of("policy", policy)).getConfig())
          .isEqualTo(new SinewLoadBalancer.Config(policy));
    }
  }

  @Test
  void an_empty_config_means_the_least_response_time() {
    assertThat(parse(Map.of()).getConfig())
        .isEqualTo(new SinewLoadBalancer.Config("least_response_time"));
  }

  @Test
  void an_unknown_policy_is_an_error() {
    assertThat(error(Map.of("policy", "best")))
        .isEqualTo("policy: best (expected: one of " + Balancer.names() + ")");
    assertThat(error(Map.of("policy", 7.0))).startsWith("policy: 7.0 (expected: one of [");
  }

  @Test
  void an_unknown_key_is_an_error() {
    assertThat(error(Map.of("polcy", "random")))
        .isEqualTo("loadBalancingConfig.sinew: polcy (expected: the key policy)");
  }

  private String error(Map<String, ?> raw) {
    Status error = Objects.requireNonNull(parse(raw).getError());
    assertThat(error.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    return Objects.requireNonNull(error.getDescription());
  }

  private ConfigOrError parse(Map<String, ?> raw) {
    return provider.parseLoadBalancingPolicyConfig(raw);
  }
}
