// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.endpoint.Endpoint;
import java.net.URI;
import java.util.List;

/**
 * Resolves {@code static:///host:port,host:port} in gRPC targets.
 *
 * <p>The channel's name for TLS and for {@code :authority} is the host if there is only one, else {@code
 * static}, which no certificate names: with several hosts set {@code overrideAuthority} to the name in
 * their certificates.
 */
public final class StaticResolverProvider extends EndpointSourceResolverProvider {
  /** For {@link java.util.ServiceLoader}. */
  public StaticResolverProvider() {
    super(StaticEndpointSourceProvider.SCHEME);
  }

  @Override
  String authority(URI target) {
    List<String> hosts = StaticEndpointSourceProvider.parse(target.toString()).stream()
        .map(Endpoint::host)
        .distinct()
        .toList();
    if (hosts.size() != 1) {
      return StaticEndpointSourceProvider.SCHEME;
    }
    String host = hosts.get(0);
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }
}
