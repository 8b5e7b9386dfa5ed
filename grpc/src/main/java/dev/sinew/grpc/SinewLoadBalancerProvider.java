// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.grpc.balance.SinewLoadBalancer;
import dev.sinew.grpc.state.ChannelState;
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
    ChannelState state = state(helper);
    LoadBalancer.Factory plain = new LoadBalancer.Factory() {
      @Override
      public LoadBalancer newLoadBalancer(LoadBalancer.Helper wrapped) {
        return new SinewLoadBalancer(wrapped, state);
      }
    };
    return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(plain, helper);
  }

  /** A helper that another load balancer made may know nothing of its channel. */
  private static ChannelState state(LoadBalancer.Helper helper) {
    try {
      return ChannelState.of(helper.getNameResolverArgs());
    } catch (UnsupportedOperationException e) {
      return new ChannelState(null);
    }
  }

  @Override
  public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> raw) {
    try {
      return ConfigOrError.fromConfig(SinewLoadBalancer.Config.parse(raw));
    } catch (IllegalArgumentException e) {
      return ConfigOrError.fromError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
    }
  }
}
