// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

/** Resolves {@code static:///host:port,host:port} in gRPC targets. */
public final class StaticResolverProvider extends EndpointSourceResolverProvider {
  /** For {@link java.util.ServiceLoader}. */
  public StaticResolverProvider() {
    super(StaticEndpointSourceProvider.SCHEME);
  }
}
