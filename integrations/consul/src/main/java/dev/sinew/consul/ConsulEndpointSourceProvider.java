// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.endpoint.EndpointSource;
import dev.sinew.endpoint.EndpointSourceProvider;

/**
 * Opens {@code consul://host:port/service} and {@code consul:///service} for discovery.
 *
 * <p>CONSUL_HTTP_ADDR, CONSUL_HTTP_TOKEN and CONSUL_HTTP_TOKEN_FILE are used only without a host; an
 * agent that the target names is sent no token unless {@code ?token-env=NAME} names its variable.
 */
public final class ConsulEndpointSourceProvider implements EndpointSourceProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public ConsulEndpointSourceProvider() {}

  @Override
  public String scheme() {
    return ConsulTarget.SCHEME;
  }

  @Override
  public EndpointSource open(String target) {
    return new ConsulEndpointSource(ConsulTarget.parse(target, System::getenv));
  }
}
