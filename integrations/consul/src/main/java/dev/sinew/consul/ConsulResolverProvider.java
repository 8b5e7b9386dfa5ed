// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.grpc.EndpointSourceResolverProvider;

/** Lets any gRPC channel be made for a target such as {@code consul://127.0.0.1:8500/orders}. */
public final class ConsulResolverProvider extends EndpointSourceResolverProvider {
  /** Found by gRPC through {@link java.util.ServiceLoader}. */
  public ConsulResolverProvider() {
    super("consul");
  }
}
