// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.Expect;
import dev.sinew.balance.Balancer;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;
import java.util.Map;

/**
 * The load balancer {@code sinew} for any gRPC channel; found through {@link java.util.ServiceLoader}.
 *
 * <p>A service config chooses it with {@code {"loadBalancingConfig": [{"sinew": {"policy":
 * "round_robin"}}]}}. With a {@code healthCheckConfig} in the same service config a replica that says
 * NOT_SERVING gets no calls (gRFC A17).
 */
public final class SinewLoadBalancerProvider extends LoadBalancerProvider {
  static final String NAME = "sinew";
  static final String DEFAULT_POLICY = "least_response_time";

  private static final int ORDINARY_PRIORITY = 5;

  /** For {@link java.util.ServiceLoader}. */
  public SinewLoadBalancerProvider() {}

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public int getPriority() {
    return ORDINARY_PRIORITY;
  }

  @Override
  public String getPolicyName() {
    return NAME;
  }

  @Override
  public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
    LoadBalancer.Factory plain = new LoadBalancer.Factory() {
      @Override
      public LoadBalancer newLoadBalancer(LoadBalancer.Helper wrapped) {
        return new SinewLoadBalancer(wrapped);
      }
    };
    return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(plain, helper);
  }

  @Override
  public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> raw) {
    try {
      return ConfigOrError.fromConfig(Config.parse(raw));
    } catch (IllegalArgumentException e) {
      return ConfigOrError.fromError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
    }
  }

  /**
   * What the service config says.
   *
   * @param policy one of {@link Balancer#names()}
   */
  record Config(String policy) {
    Config {
      Expect.that(
          Balancer.names().contains(policy), "policy", policy, "one of " + Balancer.names());
    }

    static Config parse(Map<String, ?> raw) {
      for (String key : raw.keySet()) {
        Expect.that(key.equals("policy"), "loadBalancingConfig.sinew", key, "the key policy");
      }
      Object policy = raw.get("policy");
      return new Config(policy == null ? DEFAULT_POLICY : String.valueOf(policy));
    }
  }
}
